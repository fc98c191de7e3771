package io.sirocco.engine.constraint;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the documents of a JSON schema look like as typed data; any part may be null. */
public sealed interface JsonShape extends Serializable {

    /** A text. */
    record Text() implements JsonShape {}

    /** A whole number of at most 18 digits. */
    record WholeNumber() implements JsonShape {}

    /** Any number. */
    record AnyNumber() implements JsonShape {}

    /** True or false. */
    record Truth() implements JsonShape {}

    /** Items of one shape. */
    record Items(JsonShape items) implements JsonShape {}

    /** Members by name, in the order of the schema; each may be absent. */
    record Members(Map<String, JsonShape> members) implements JsonShape {}

    /** Values of different shapes, or of names that the schema does not know. */
    record Mixed() implements JsonShape {}

    /**
     * The shape of a schema's documents.
     *
     * @throws ConstraintException if the schema cannot be used
     */
    static JsonShape of(Constraint.JsonSchema schema) {
        SchemaReader reader = SchemaReader.of(schema.schema(), schema.depth());
        return of(reader, List.of(reader.root()));
    }

    private static JsonShape of(SchemaReader reader, List<Place> places) {
        List<JsonShape> shapes = new ArrayList<>();
        for (Keywords keywords : reader.alternatives(places)) {
            shapes.addAll(shapes(reader, keywords));
        }
        List<JsonShape> different = shapes.stream().distinct().toList();
        if (different.equals(List.of(new WholeNumber(), new AnyNumber()))
                || different.equals(List.of(new AnyNumber(), new WholeNumber()))) {
            return new AnyNumber();
        }
        return different.size() == 1 ? different.getFirst() : new Mixed();
    }

    private static List<JsonShape> shapes(SchemaReader reader, Keywords keywords) {
        Set<JsonType> types = keywords.values() == null
                ? keywords.types()
                : keywords.values().stream().map(SchemaCompiler::typeOf).collect(Collectors.toSet());
        List<JsonShape> shapes = new ArrayList<>();
        for (JsonType type : types) {
            switch (type) {
                case NULL -> {}
                case BOOLEAN -> shapes.add(new Truth());
                case INTEGER -> {
                    if (!types.contains(JsonType.NUMBER)) {
                        shapes.add(new WholeNumber());
                    }
                }
                case NUMBER -> shapes.add(new AnyNumber());
                case STRING -> shapes.add(new Text());
                case ARRAY -> shapes.add(array(reader, keywords));
                case OBJECT -> shapes.add(object(reader, keywords));
            }
        }
        return shapes;
    }

    private static JsonShape array(SchemaReader reader, Keywords keywords) {
        if (keywords.values() != null
                || !keywords.prefix().isEmpty()
                || keywords.items().isEmpty()) {
            return new Mixed();
        }
        return new Items(of(reader, keywords.items()));
    }

    private static JsonShape object(SchemaReader reader, Keywords keywords) {
        boolean others = keywords.additional() != null
                && !reader.alternatives(keywords.additional()).isEmpty();
        if (keywords.values() != null || keywords.properties().isEmpty() || others) {
            return new Mixed();
        }
        Map<String, JsonShape> members = new LinkedHashMap<>();
        keywords.properties()
                .forEach((name, places) -> members.put(name, places.isEmpty() ? new Mixed() : of(reader, places)));
        return new Members(members);
    }
}
