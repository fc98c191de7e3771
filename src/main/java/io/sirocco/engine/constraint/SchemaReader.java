package io.sirocco.engine.constraint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.engine.constraint.JsonNumbers.Bound;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads JSON Schema (2020-12, and what draft 7 and OpenAPI's {@code nullable} say the same way) into {@link Keywords}. Whatever is not
 * implemented is refused by its pointer; only annotations are passed over.
 */
final class SchemaReader {

    private static final int MAX_LENGTH = 1 << 20;
    private static final int MAX_NESTING = 100;
    private static final int MAX_ALTERNATIVES = 1000;
    private static final int MAX_COUNT = 100_000;

    private static final Set<String> ANNOTATIONS = Set.of(
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "example",
            "deprecated",
            "readOnly",
            "writeOnly");

    private static final Pattern DIALECT =
            Pattern.compile("https?://json-schema\\.org/(draft/20(20-12|19-09)|draft-0[467])/schema#?");
    private static final String DIALECTS =
            "a draft of JSON Schema itself, such as https://json-schema.org/draft/2020-12/schema";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final JsonNode root;
    private final int depth;

    private SchemaReader(JsonNode root, int depth) {
        this.root = root;
        this.depth = depth;
    }

    /** @param depth how often a schema may be inside of itself */
    static SchemaReader of(String text, int depth) {
        if (text.length() > MAX_LENGTH) {
            throw new ConstraintException(
                    "json-schema has " + text.length() + " characters; expected at most " + MAX_LENGTH);
        }
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .build());
        try {
            return new SchemaReader(MAPPER.readTree(text), depth);
        } catch (StreamConstraintsException _) {
            throw new ConstraintException(
                    "json-schema cannot be read: a number or a name is too long, or something is more than "
                            + MAX_NESTING + " deep inside of it");
        } catch (JsonProcessingException e) {
            throw new ConstraintException("json-schema is not valid JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    Place root() {
        return new Place(root, "#", Map.of());
    }

    /** A place of any value below this one; {@code depth} such are within one another at most. */
    Place anything(Place within) {
        return within.target(MAPPER.getNodeFactory().booleanNode(true), "any value");
    }

    /** The alternatives of a value for which all these schemas hold; none if it cannot exist. */
    List<Keywords> alternatives(List<Place> all) {
        List<Keywords> alternatives = List.of(Keywords.ANY);
        for (Place place : all) {
            alternatives = both(alternatives, alternatives(place, Set.of()), place);
        }
        return alternatives;
    }

    private static List<Keywords> both(List<Keywords> a, List<Keywords> b, Place place) {
        if ((long) a.size() * b.size() > MAX_ALTERNATIVES) {
            throw new ConstraintException(
                    "json-schema " + place.pointer() + " has more than " + MAX_ALTERNATIVES + " alternatives");
        }
        return a.stream().flatMap(x -> b.stream().map(x::and)).toList();
    }

    private List<Keywords> alternatives(Place place, Set<String> references) {
        if (place.inside().values().stream().anyMatch(times -> times > depth)) {
            return List.of();
        }
        JsonNode schema = place.schema();
        if (schema.isBoolean()) {
            return schema.booleanValue() ? List.of(Keywords.ANY) : List.of();
        }
        if (!schema.isObject()) {
            throw wrong(place, "a schema");
        }
        List<Keywords> found = List.of(new LocalKeywords(place).read());
        if (schema.has("$ref")) {
            Place target = target(place);
            if (references.contains(target.pointer())) {
                throw new ConstraintException("json-schema " + place.pointer() + "/$ref refers to itself");
            }
            if (references.size() == MAX_NESTING) {
                throw new ConstraintException("json-schema " + place.pointer() + "/$ref is behind " + MAX_NESTING
                        + " others; expected fewer");
            }
            Set<String> followed = new LinkedHashSet<>(references);
            followed.add(target.pointer());
            found = both(found, alternatives(target, followed), place);
        }
        for (int i = 0; i < schema.path("allOf").size(); i++) {
            found = both(found, alternatives(place.child("allOf").child(i), references), place);
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (schema.has(choice)) {
                List<Keywords> any = new ArrayList<>();
                for (int i = 0; i < schema.get(choice).size(); i++) {
                    any.addAll(alternatives(place.child(choice).child(i), references));
                }
                found = both(found, any, place);
            }
        }
        return found;
    }

    private Place target(Place place) {
        String reference = place.schema().get("$ref").asText();
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw new ConstraintException("json-schema " + place.pointer() + "/$ref is \"" + reference
                    + "\"; expected a pointer within the schema, such as #/$defs/name");
        }
        String pointer = URLDecoder.decode(reference.replace("+", "%2B"), StandardCharsets.UTF_8);
        JsonNode target;
        try {
            target = root.at(pointer.substring(1));
        } catch (IllegalArgumentException _) {
            throw new ConstraintException(
                    "json-schema " + place.pointer() + "/$ref is \"" + reference + "\", which is no JSON pointer");
        }
        if (target.isMissingNode()) {
            throw new ConstraintException("json-schema " + place.pointer() + "/$ref is \"" + reference
                    + "\"; there is nothing at that place");
        }
        return place.target(target, pointer);
    }

    private static ConstraintException wrong(Place place, String expected) {
        String shown = place.schema().toString();
        return new ConstraintException("json-schema " + place.pointer() + " is "
                + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + "; expected " + expected);
    }

    /** The keywords of one schema object, without those that lead to others for the same value. */
    private static final class LocalKeywords {
        private final Place place;
        private Set<JsonType> types = EnumSet.allOf(JsonType.class);
        private List<JsonNode> values;
        private Bound low;
        private Bound high;
        private int minLength;
        private int maxLength = Keywords.UNBOUNDED;
        private final List<String> patterns = new ArrayList<>();
        private final Set<StringFormat> formats = EnumSet.noneOf(StringFormat.class);
        private int minItems;
        private int maxItems = Keywords.UNBOUNDED;
        private final List<List<Place>> prefix = new ArrayList<>();
        private List<Place> items = List.of();
        private final Map<String, List<Place>> properties = new LinkedHashMap<>();
        private final Set<String> required = new LinkedHashSet<>();
        private List<Place> additional;

        LocalKeywords(Place place) {
            this.place = place;
        }

        Keywords read() {
            place.schema().fieldNames().forEachRemaining(this::read);
            if (place.schema().path("nullable").asBoolean()) {
                types.add(JsonType.NULL);
            }
            return new Keywords(
                    types,
                    values,
                    low,
                    high,
                    minLength,
                    maxLength,
                    patterns,
                    formats,
                    minItems,
                    maxItems,
                    prefix,
                    items,
                    properties,
                    required,
                    additional);
        }

        private void read(String keyword) {
            Place at = place.child(keyword);
            JsonNode value = at.schema();
            switch (keyword) {
                case "type" -> types = types(at);
                case "enum" -> {
                    require(at, value.isArray() && !value.isEmpty(), "a list of values");
                    narrow(List.copyOf(value.valueStream().toList()));
                }
                case "const" -> narrow(List.of(value));
                case "minimum" -> low = Keywords.tighter(low, bound(at, false), 1);
                case "exclusiveMinimum" -> low = Keywords.tighter(low, bound(at, true), 1);
                case "maximum" -> high = Keywords.tighter(high, bound(at, false), -1);
                case "exclusiveMaximum" -> high = Keywords.tighter(high, bound(at, true), -1);
                case "minLength" -> minLength = count(at);
                case "maxLength" -> maxLength = count(at);
                case "pattern" -> {
                    require(at, value.isTextual(), "a regular expression");
                    RegexParser.parseSearch(value.textValue(), "json-schema " + at.pointer());
                    patterns.add(value.textValue());
                }
                case "format" ->
                    formats.add(StringFormat.of(value.asText())
                            .orElseThrow(() -> wrong(at, "one of " + StringFormat.keys())));
                case "minItems" -> minItems = count(at);
                case "maxItems" -> maxItems = count(at);
                case "prefixItems" -> {
                    require(at, value.isArray(), "a list of schemas");
                    for (int i = 0; i < value.size(); i++) {
                        prefix.add(List.of(at.child(i)));
                    }
                }
                case "items" -> {
                    require(at, !value.isArray(), "a schema; for a list of them there is prefixItems");
                    items = List.of(at);
                }
                case "properties" -> {
                    require(at, value.isObject(), "schemas by name");
                    value.fieldNames().forEachRemaining(name -> properties.put(name, List.of(at.child(name))));
                }
                case "required" -> {
                    require(
                            at,
                            value.isArray() && value.valueStream().allMatch(JsonNode::isTextual),
                            "a list of names");
                    value.forEach(name -> required.add(name.textValue()));
                }
                case "additionalProperties" -> additional = List.of(at);
                case "uniqueItems" ->
                    require(at, value.isBoolean() && !value.booleanValue(), "false: true is not implemented");
                case "nullable" -> require(at, value.isBoolean(), "true or false");
                case "allOf", "anyOf", "oneOf" -> require(at, value.isArray() && !value.isEmpty(), "a list of schemas");
                case "$ref" -> require(at, value.isTextual(), "a reference");
                case "$schema" -> require(at, DIALECT.matcher(value.asText()).matches(), DIALECTS);
                case "$id" ->
                    require(
                            at,
                            place.pointer().equals("#") && value.isTextual(),
                            "none: a schema with a name of its own inside of another is not implemented");
                default -> {
                    if (!ANNOTATIONS.contains(keyword)) {
                        throw new ConstraintException("json-schema " + at.pointer() + " is not implemented");
                    }
                }
            }
        }

        private void narrow(List<JsonNode> to) {
            values = values == null ? to : values.stream().filter(to::contains).toList();
        }

        private static Set<JsonType> types(Place at) {
            Set<JsonType> types = EnumSet.noneOf(JsonType.class);
            JsonNode value = at.schema();
            for (JsonNode name : value.isArray() ? value.valueStream().toList() : List.of(value)) {
                try {
                    types.add(JsonType.valueOf(name.asText().toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException _) {
                    throw wrong(at, "one or more of null, boolean, integer, number, string, array, object");
                }
            }
            if (types.contains(JsonType.NUMBER)) {
                types.add(JsonType.INTEGER);
            }
            return types;
        }

        private static Bound bound(Place at, boolean exclusive) {
            require(at, at.schema().isNumber(), "a number");
            BigDecimal value = at.schema().decimalValue();
            require(
                    at,
                    value.signum() == 0 || value.precision() - (long) value.scale() < 1000,
                    "a number of at most 1000 digits");
            BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
            require(
                    at,
                    plain.scale() <= JsonNumbers.FRACTION_DIGITS,
                    "at most " + JsonNumbers.FRACTION_DIGITS + " digits behind the point");
            return new Bound(plain, exclusive);
        }

        private static int count(Place at) {
            // 2.0 is as whole as 2.
            require(
                    at,
                    at.schema().isNumber()
                            && at.schema().canConvertToInt()
                            && at.schema()
                                            .decimalValue()
                                            .compareTo(BigDecimal.valueOf(
                                                    at.schema().intValue()))
                                    == 0
                            && at.schema().intValue() >= 0
                            && at.schema().intValue() <= MAX_COUNT,
                    "a whole number from 0 to " + MAX_COUNT);
            return at.schema().intValue();
        }

        private static void require(Place at, boolean holds, String expected) {
            if (!holds) {
                throw wrong(at, expected);
            }
        }
    }
}
