package io.sirocco.engine.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * A JSON schema as an automaton over the canonical documents that are valid by it:
 *
 * <ul>
 *   <li>{@code ", "} between members and items, {@code ": "} after names, no other space, as Python's {@code json.dumps} writes it
 *   <li>properties in the order in which the schema names them, then those that it does not name; these only where
 *       {@code additionalProperties} allows them in so many words, or where no property is named at all
 *   <li>strings and numbers as {@link JsonStrings} and {@link JsonNumbers} say
 *   <li>a schema that refers to itself, and any value, inside of itself up to the given depth
 * </ul>
 */
final class SchemaCompiler {

    private static final String SEPARATOR = ", ";

    /** States of all automata that are minimized on the way: each property and each item of a tuple takes one more. */
    private static final long MAX_WORK = 1 << 21;

    /** Schemas inside of one another, references followed: each takes some of the stack. */
    private static final int MAX_DEEP = 500;

    private final SchemaReader reader;
    private final Overlaps overlaps;
    private final Map<List<Place>, Automaton> known = new HashMap<>();
    private long work;
    private int deep;

    private SchemaCompiler(SchemaReader reader) {
        this.reader = reader;
        overlaps = new Overlaps(reader, this);
    }

    /** @param depth how often a schema may be inside of itself */
    static Automaton compile(String schema, int depth) {
        SchemaReader reader = SchemaReader.of(schema, depth);
        return new SchemaCompiler(reader).documents(List.of(reader.root()));
    }

    /** The documents for which all these schemas hold. */
    private Automaton documents(List<Place> all) {
        Automaton found = known.get(all);
        if (found == null) {
            Place within = all.getFirst();
            if (deep == MAX_DEEP) {
                throw new ConstraintException("json-schema " + within.pointer() + " is inside of " + MAX_DEEP
                        + " other schemas; expected fewer");
            }
            overlaps.refuse(all);
            deep++;
            List<Automaton> alternatives = new ArrayList<>();
            for (Keywords keywords : reader.alternatives(all)) {
                alternatives.add(documents(keywords, within));
            }
            found = minimal(union(alternatives), within);
            known.put(all, found);
            deep--;
        }
        return found;
    }

    /** @param within a place to name in messages */
    Automaton documents(Keywords keywords, Place within) {
        List<Automaton> found = new ArrayList<>();
        if (keywords.values() != null) {
            for (JsonNode value : keywords.values()) {
                found.add(value(value, keywords, within));
            }
            return union(found);
        }
        for (JsonType type : keywords.types()) {
            switch (type) {
                case NULL -> found.add(text("null"));
                case BOOLEAN -> found.add(ByteAutomata.anyOf(List.of("true", "false")));
                case INTEGER -> {
                    if (!keywords.types().contains(JsonType.NUMBER)) {
                        found.add(JsonNumbers.range(true, keywords.low(), keywords.high()));
                    }
                }
                case NUMBER -> found.add(JsonNumbers.range(false, keywords.low(), keywords.high()));
                case STRING -> found.add(strings(keywords, within));
                case ARRAY -> found.add(array(keywords, within));
                case OBJECT -> found.add(object(keywords, within));
            }
        }
        return union(found);
    }

    /** A value of enum or const, if the other keywords allow it. */
    private Automaton value(JsonNode value, Keywords keywords, Place within) {
        JsonType type = typeOf(value);
        if (!keywords.types().contains(type)) {
            return Automata.makeEmpty();
        }
        if (value.isContainerNode()) {
            boolean plain = keywords.minItems() == 0
                    && keywords.maxItems() == Keywords.UNBOUNDED
                    && keywords.prefix().isEmpty()
                    && keywords.items().isEmpty()
                    && keywords.properties().isEmpty()
                    && keywords.required().isEmpty()
                    && keywords.additional() == null;
            if (!plain) {
                throw new ConstraintException(
                        "json-schema " + within.pointer()
                                + ": enum or const with arrays or objects beside keywords about their content is not implemented");
            }
            return text(JsonText.of(value));
        }
        Keywords others = Keywords.of(keywords.types())
                .and(new Keywords(
                        Set.of(type),
                        null,
                        keywords.low(),
                        keywords.high(),
                        keywords.minLength(),
                        keywords.maxLength(),
                        keywords.patterns(),
                        keywords.formats(),
                        0,
                        Keywords.UNBOUNDED,
                        List.of(),
                        List.of(),
                        Map.of(),
                        Set.of(),
                        null));
        return Operations.intersection(text(JsonText.of(value)), documents(others, within));
    }

    static JsonType typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> JsonType.NULL;
            case BOOLEAN -> JsonType.BOOLEAN;
            case STRING -> JsonType.STRING;
            case ARRAY -> JsonType.ARRAY;
            case OBJECT -> JsonType.OBJECT;
            default -> value.decimalValue().stripTrailingZeros().scale() <= 0 ? JsonType.INTEGER : JsonType.NUMBER;
        };
    }

    private Automaton strings(Keywords keywords, Place within) {
        String what = "json-schema " + within.pointer();
        boolean bounded = keywords.maxLength() != Keywords.UNBOUNDED;
        if (bounded && keywords.maxLength() < keywords.minLength()) {
            return Automata.makeEmpty();
        }
        ByteAutomata.require(Math.max(keywords.minLength(), bounded ? keywords.maxLength() : 0), what);
        Automaton texts = bounded
                ? Operations.repeat(Automata.makeAnyChar(), keywords.minLength(), keywords.maxLength())
                : Operations.repeat(Automata.makeAnyChar(), keywords.minLength());
        for (String pattern : keywords.patterns()) {
            texts = both(texts, RegexParser.parseSearch(pattern, what + "/pattern"), what);
        }
        for (StringFormat format : keywords.formats()) {
            texts = both(texts, format.texts(), what);
        }
        return JsonStrings.quoted(texts, what);
    }

    private static Automaton both(Automaton a, Automaton b, String what) {
        return Operations.intersection(ByteAutomata.deterministic(a, what), ByteAutomata.deterministic(b, what));
    }

    private Automaton array(Keywords keywords, Place within) {
        // The first item has no comma before it, so it is told apart.
        int told = Math.max(1, keywords.prefix().size());
        int least = keywords.minItems();
        int most = keywords.maxItems();
        Automaton close = text("]");
        Automaton rest = concat(
                repeat(
                        concat(text(SEPARATOR), item(keywords, told, within)),
                        Math.max(0, least - told),
                        most == Keywords.UNBOUNDED ? most : Math.max(0, most - told),
                        within),
                close);
        for (int i = told - 1; i >= 0; i--) {
            Automaton more = i < most
                    ? concat(text(i == 0 ? "" : SEPARATOR), item(keywords, i, within), rest)
                    : Automata.makeEmpty();
            rest = minimal(i >= least ? union(List.of(close, more)) : more, within);
        }
        return concat(text("["), rest);
    }

    private Automaton item(Keywords keywords, int i, Place within) {
        List<Place> asked = keywords.item(i);
        return documents(asked.isEmpty() ? List.of(reader.anything(within)) : asked);
    }

    private Automaton object(Keywords keywords, Place within) {
        Map<String, List<Place>> properties = new LinkedHashMap<>(keywords.properties());
        keywords.required().forEach(name -> properties.computeIfAbsent(name, keywords::property));
        Automaton other =
                keywords.isOpen() ? otherMembers(keywords, properties.keySet(), within) : Automata.makeEmpty();
        Automaton more = repeat(concat(text(SEPARATOR), other), 0, Keywords.UNBOUNDED, within);
        Automaton begun = concat(more, text("}")); // what follows a member
        Automaton fresh = union(List.of(text("}"), concat(other, begun))); // what follows the brace
        List<Map.Entry<String, List<Place>>> backwards = new ArrayList<>(properties.entrySet()).reversed();
        for (Map.Entry<String, List<Place>> property : backwards) {
            List<Place> asked = property.getValue();
            Automaton member = concat(
                    text(JsonStrings.quoted(property.getKey()) + ": "),
                    documents(asked.isEmpty() ? List.of(reader.anything(within)) : asked));
            Automaton first = concat(member, begun);
            Automaton next = concat(text(SEPARATOR), member, begun);
            boolean optional = !keywords.required().contains(property.getKey());
            fresh = minimal(optional ? union(List.of(first, fresh)) : first, within);
            begun = minimal(optional ? union(List.of(next, begun)) : next, within);
        }
        return concat(text("{"), fresh);
    }

    /** A member whose name is none of the given. */
    private Automaton otherMembers(Keywords keywords, Set<String> named, Place within) {
        String what = "json-schema " + within.pointer();
        List<Place> asked = keywords.additional() == null ? List.of() : keywords.additional();
        Automaton value = documents(asked.isEmpty() ? List.of(reader.anything(within)) : asked);
        Automaton names = minimal(JsonStrings.quoted(Automata.makeAnyString(), what), within);
        if (!named.isEmpty()) {
            Automaton taken = minimal(
                    ByteAutomata.anyOf(named.stream().map(JsonStrings::quoted).toList()), within);
            names = Operations.minus(names, taken, ByteAutomata.MAX_EFFORT);
        }
        return concat(names, text(": "), value);
    }

    private static Automaton repeat(Automaton automaton, int least, int most, Place within) {
        if (automaton.getNumStates() == 0 || Operations.isEmpty(automaton)) {
            return least == 0 ? Automata.makeEmptyString() : Automata.makeEmpty();
        }
        long times = Math.max(1, most == Keywords.UNBOUNDED ? least : most);
        ByteAutomata.require(automaton.getNumStates() * times, "json-schema " + within.pointer());
        return most == Keywords.UNBOUNDED
                ? Operations.repeat(automaton, least)
                : Operations.repeat(automaton, least, most);
    }

    private Automaton minimal(Automaton automaton, Place within) {
        work += automaton.getNumStates();
        if (work > MAX_WORK) {
            throw new ConstraintException("json-schema " + within.pointer()
                    + " is too large: it would take too long to compile; give it fewer properties, or shorter texts");
        }
        return ByteDfa.of(automaton, "json-schema " + within.pointer()).automaton();
    }

    private static Automaton text(String text) {
        return ByteAutomata.text(text);
    }

    private static Automaton union(List<Automaton> automata) {
        return automata.isEmpty() ? Automata.makeEmpty() : Operations.union(automata);
    }

    private static Automaton concat(Automaton... parts) {
        return Operations.concatenate(Stream.of(parts).toList());
    }
}
