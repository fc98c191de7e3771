package io.sirocco.engine.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents made by the automaton are valid by an independent validator, and canonical documents that are valid are accepted. */
class JsonSchemaTest {

    private static final int EOS = 0;
    private static final int SCHEMAS = 300;
    private static final int DOCUMENTS = 10;
    private static final byte[][] VOCABULARY = vocabulary();

    static ByteDfa dfa(String schema) {
        return Compiler.dfa(new Constraint.JsonSchema(schema, 3));
    }

    private static Schema validator(String schema) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema, InputFormat.JSON);
    }

    /** Single bytes and the pieces that JSON is made of, so that a walk comes to its end. */
    private static byte[][] vocabulary() {
        List<byte[]> bytes = new ArrayList<>();
        bytes.add(null);
        for (int b = 0; b < 256; b++) {
            bytes.add(new byte[] {(byte) b});
        }
        for (String piece : List.of(
                "\": ", "\", \"", "}", "}]", ", ", "true", "12", ".5", "\\n", "ab", "é", "\ud83d\ude00", "{\"")) {
            bytes.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toArray(byte[][]::new);
    }

    /** A document made as a model of random logits makes it. */
    static String made(CompiledConstraint constraint, Random random) {
        byte[][] bytes = VOCABULARY;
        int left = constraint.fewestTokens() + random.nextInt(60);
        StringBuilder text = new StringBuilder();
        int state = CompiledConstraint.START;
        while (true) {
            AllowedTokens allowed = constraint.allowed(state, true, left--);
            List<Integer> ids = new ArrayList<>();
            for (int id = 0; id < bytes.length; id++) {
                if (allowed.contains(id)) {
                    ids.add(id);
                }
            }
            int id = ids.get(random.nextInt(ids.size()));
            if (id == EOS) {
                return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
            text.append(new String(bytes[id], StandardCharsets.ISO_8859_1));
            state = constraint.next(state, id);
        }
    }

    static CompiledConstraint compiled(ByteDfa dfa) {
        TokenTrie trie = new TokenTrie(VOCABULARY);
        return new CompiledConstraint(dfa, trie, trie, Set.of(EOS));
    }

    /** What the validator has against a document. */
    static List<Error> faults(String schema, String document) {
        return validator(schema)
                .validate(
                        document,
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    private static void requireValid(String schema, int documents, Random random) {
        CompiledConstraint constraint = compiled(dfa(schema));
        for (int i = 0; i < documents; i++) {
            String document = made(constraint, random);
            assertEquals(List.of(), faults(schema, document), () -> document + " by " + schema);
        }
    }

    @Test
    void whatIsMadeByRandomSchemasIsValidAndWhatIsValidIsAccepted() {
        Random random = new Random(7);
        Set<String> schemas = new HashSet<>();
        while (schemas.size() < SCHEMAS) {
            RandomSchema schema = RandomSchema.of(random, 3);
            String text = schema.json().toString();
            if (!schemas.add(text)) {
                continue;
            }
            requireValid(text, DOCUMENTS, random);
            ByteDfa dfa = dfa(text);
            for (int i = 0; i < DOCUMENTS; i++) {
                JsonNode document = schema.document(random);
                String canonical = JsonText.of(document);
                assertTrue(dfa.accepts(canonical.getBytes(StandardCharsets.UTF_8)), () -> canonical + " by " + text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type': 'integer', 'minimum': -3, 'exclusiveMaximum': 12} | -3 0 9 11 | -4 12 007 -0 1.0",
                "{'type': 'number', 'exclusiveMinimum': 0.25, 'maximum': 10} | 0.26 0.251 10 10.0 9.99 | 0.25 0 10.01 -1 1e0",
                "{'type': 'number', 'maximum': -1.5} | -1.5 -2 -1.50 -100.25 | -1.49 0 1 -1",
                "{'type': 'integer', 'minimum': 99, 'maximum': 1000} | 99 100 999 1000 | 98 1001 9 10000",
                "{'type': 'string', 'minLength': 2, 'maxLength': 3} | 'ab' 'éßü' '\\n\\n' | 'a' 'abcd' ''",
                "{'type': 'string', 'pattern': '^[ab]+$'} | 'a' 'abba' | '' 'c' 'abc'",
                "{'type': 'string', 'maxLength': 1.0} | 'a' | 'ab'",
                "{'type': 'string', 'pattern': 'b'} | 'abc' 'b' | 'ac' ''",
                "{'type': 'string', 'format': 'date'} | '2024-02-29' '1999-12-31' '2000-02-29' | '2023-02-29' '1900-02-29' '2024-13-01' '2024-04-31'",
                "{'type': 'string', 'format': 'date-time'} | '2024-02-29T23:59:59Z' '2024-01-01T00:00:00.5+01:00' '2024-01-01T00:00:00-17:59' | '2024-01-01' '2024-01-01T24:00:00Z' '2024-01-01T00:00:00-18:01'",
                "{'type': 'string', 'format': 'ipv4'} | '127.0.0.1' '255.255.255.255' | '256.1.1.1' '1.2.3' '01.2.3.4'",
                "{'type': 'string', 'format': 'uuid'} | '01234567-89ab-cdef-0123-456789abcdef' | '01234567'",
                "{'enum': ['a', 1, 1.50, null, true, [1], {'b': 2}]} | 'a' 1 1.5 null true [1] | 'b' 2 false",
                "{'const': 'x', 'type': 'string'} | 'x' | 'y' null",
                "{'enum': [1, 'a', 5], 'type': 'integer', 'minimum': 2} | 5 | 1 'a'",
                "{'type': ['string', 'null']} | 'a' null | 1 true",
                "{'type': 'string', 'nullable': true} | 'a' null | 1",
                "{'type': 'array', 'items': {'type': 'boolean'}, 'minItems': 1, 'maxItems': 2} | [true] | [] [1] [true,true]",
                "{'prefixItems': [{'const': 1}, {'const': 2}], 'items': false, 'type': 'array'} | [] [1] | [2] [1,2]",
                "{'type': 'object', 'properties': {'a': {'const': 1}}, 'required': ['a']} | {'a': 1} | {} {'a':1}",
                "{'anyOf': [{'type': 'integer'}, {'const': 'n/a'}]} | 12 'n/a' | 'x' null",
                "{'oneOf': [{'type': 'integer'}, {'type': 'string', 'maxLength': 1}]} | 12 'n' | 'xx' null",
                "{'allOf': [{'type': 'integer', 'minimum': 3}, {'maximum': 5}]} | 3 5 | 2 6 'a'",
                "{'$ref': '#/$defs/a~1b', '$defs': {'a/b': {'const': 1}}} | 1 | 2",
                "true | 1 null 'a' {} [] | 01 nul"
            })
    void valuesAreAcceptedOrNot(String schema, String valid, String invalid) {
        ByteDfa dfa = dfa(schema.replace('\'', '"'));
        for (String value : values(valid)) {
            assertTrue(dfa.accepts(value.getBytes(StandardCharsets.UTF_8)), value);
        }
        for (String value : values(invalid)) {
            assertTrue(!dfa.accepts(value.getBytes(StandardCharsets.UTF_8)), value);
        }
    }

    /** Values between spaces, or one that has spaces. */
    private static List<String> values(String text) {
        String json = text.replace('\'', '"');
        return json.contains(": ") ? List.of(json) : List.of(json.split(" "));
    }

    @Test
    void membersStandInTheOrderOfTheSchemaWithOneSpaceBehindCommaAndColon() {
        ByteDfa dfa = dfa("""
                {"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "string"}, "c": {}},
                 "required": ["a"], "additionalProperties": {"type": "boolean"}}""");
        for (String document : List.of(
                "{\"b\": 1, \"a\": \"x\", \"c\": [1, {\"d\": null}], \"e\": true, \"f\": false}",
                "{\"a\": \"x\"}",
                "{\"a\": \"\", \"aa\": true}")) {
            assertTrue(dfa.accepts(document.getBytes(StandardCharsets.UTF_8)), document);
        }
        for (String document : List.of(
                "{\"a\": \"x\", \"b\": 1}",
                "{\"b\": 1}",
                "{\"a\":\"x\"}",
                "{\"a\": \"x\", }",
                "{\"a\": \"x\", \"e\": 1}",
                "{\"a\": \"x\", \"b\": true}")) {
            assertTrue(!dfa.accepts(document.getBytes(StandardCharsets.UTF_8)), document);
        }
    }

    @Test
    void aSchemaIsInsideOfItselfUpToTheDepth() {
        String schema = """
                {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["v"], "additionalProperties": false,
                 "properties": {"v": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}}}}}""";
        assertTrue(dfa(schema)
                .accepts("{\"v\": 1, \"next\": {\"v\": 2, \"next\": {\"v\": 3}}}".getBytes(StandardCharsets.UTF_8)));
        assertTrue(!dfa(schema)
                .accepts("{\"v\": 1, \"next\": {\"v\": 2, \"next\": {\"v\": 3, \"next\": {\"v\": 4}}}}"
                        .getBytes(StandardCharsets.UTF_8)));
        requireValid(schema, 50, new Random(1));
    }

    @Test
    void partsOfAllOfAreMerged() {
        String schema = """
                {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                           {"properties": {"b": {"type": "string", "maxLength": 3}, "a": {"minimum": 5}}, "required": ["b"]}]}""";
        assertTrue(dfa(schema).accepts("{\"a\": 5, \"b\": \"x\"}".getBytes(StandardCharsets.UTF_8)));
        assertTrue(!dfa(schema).accepts("{\"a\": 4, \"b\": \"x\"}".getBytes(StandardCharsets.UTF_8)));
        requireValid(schema, 50, new Random(1));
    }

    @Test
    void objectsOfAOneOfDifferByARequiredProperty() {
        requireValid("""
                {"oneOf": [{"type": "object", "properties": {"k": {"const": "a"}, "x": {"type": "integer"}}, "required": ["k"]},
                           {"type": "object", "properties": {"k": {"const": "b"}, "y": {"type": "boolean"}}, "required": ["k", "y"]},
                           {"type": "null"}]}""", 50, new Random(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'properties': {'a': {'not': {}}}} | #/properties/a/not is not implemented",
                "{'type': 'object', 'patternProperties': {}} | #/patternProperties is not implemented",
                "{'items': {'multipleOf': 2}} | #/items/multipleOf is not implemented",
                "{'uniqueItems': true} | #/uniqueItems is true; expected false",
                "{'type': 'text'} | #/type is \"text\"; expected one or more of",
                "{'format': 'hostname'} | #/format is \"hostname\"; expected one of date, time, date-time, uuid, ipv4, email",
                "{'pattern': '(?=a)'} | #/pattern (?=a) has, at character 1,",
                "{'minLength': -1} | #/minLength is -1; expected a whole number",
                "{'maximum': 0.1234567890123456} | #/maximum is 0.1234567890123456; expected at most 15 digits",
                "{'maximum': 1e999999999} | #/maximum is",
                "{'items': [{}]} | #/items is [{}]; expected a schema; for a list of them there is prefixItems",
                "{'$ref': 'other.json'} | #/$ref is \"other.json\"; expected a pointer",
                "{'$ref': '#/$defs/x'} | #/$ref is \"#/$defs/x\"; there is nothing at that place",
                "{'$ref': '#'} | #/$ref refers to itself",
                "{'oneOf': [{'type': 'integer'}, {'minimum': 3}]} | #/oneOf: 0 and 1 may be valid for one document",
                "{'oneOf': [{'type': 'object'}, {'type': 'object', 'properties': {'a': {}}}]} | #/oneOf: 0 and 1 may be valid",
                "{'type': 'string', 'minLength': 90000, 'maxLength': 99999} | is too large",
                "{'type': 'integer', 'minimum': 3, 'maximum': 2} | allows no text at all",
                "{'type' 1} | json-schema is not valid JSON",
                "{'$schema': 'http://localhost/own'} | #/$schema is \"http://localhost/own\"; expected a draft of JSON Schema",
                "{'items': {'$id': 'http://localhost/a', 'type': 'null'}} | #/items/$id is \"http://localhost/a\"; expected none",
                "[] | # is []; expected a schema"
            })
    void whatIsNotImplementedIsRefusedByItsPointer(String schema, String message) {
        ConstraintException e = assertThrows(ConstraintException.class, () -> dfa(schema.replace('\'', '"')));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static String refusal(String schema) {
        return assertThrows(ConstraintException.class, () -> dfa(schema)).getMessage();
    }

    /** Ten thousand schemas, each with a reference to the next. */
    private static String chain(String link) {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "\"a" + i + "\": " + link.formatted(i + 1))
                .collect(Collectors.joining(", ", "{\"$defs\": {", ", \"a10000\": {}}, \"$ref\": \"#/$defs/a0\"}"));
    }

    @Test
    void whatIsTooDeepOrWouldTakeTooLongIsRefused() {
        String deep = "{\"items\":".repeat(101) + "{}" + "}".repeat(101);
        assertTrue(refusal(deep).endsWith("more than 100 deep inside of it"), refusal(deep));
        String references = chain("{\"$ref\": \"#/$defs/a%d\"}");
        assertTrue(refusal(references).endsWith("/$ref is behind 100 others; expected fewer"), refusal(references));
        String lists = chain("{\"items\": {\"$ref\": \"#/$defs/a%d\"}, \"type\": \"array\"}");
        assertTrue(refusal(lists).endsWith("is inside of 500 other schemas; expected fewer"), refusal(lists));
        String wide = IntStream.range(0, 10_000)
                .mapToObj(i -> "\"p" + i + "\": {\"type\": \"integer\"}")
                .collect(Collectors.joining(", ", "{\"type\": \"object\", \"properties\": {", "}}"));
        assertTrue(refusal(wide).startsWith("json-schema # is too large"), refusal(wide));
    }

    @Test
    void aSchemaOfTheOrdinarySizeCompilesToFewStates() {
        int states = dfa("""
                {"type": "object", "properties": {
                   "name": {"type": "string", "maxLength": 40}, "age": {"type": "integer", "minimum": 0, "maximum": 150},
                   "tags": {"type": "array", "items": {"enum": ["red", "green", "blue"]}, "maxItems": 5},
                   "born": {"type": "string", "format": "date"}, "score": {"type": "number"}},
                 "required": ["name", "age"]}""").states();
        assertTrue(states < 3000, states + " states");
    }
}
