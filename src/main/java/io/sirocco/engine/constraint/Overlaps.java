package io.sirocco.engine.constraint;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.automaton.Operations;

/** Refuses a {@code oneOf} of which a document could be valid by two: then it would be valid by none. */
final class Overlaps {

    private final SchemaReader reader;
    private final SchemaCompiler compiler;

    Overlaps(SchemaReader reader, SchemaCompiler compiler) {
        this.reader = reader;
        this.compiler = compiler;
    }

    /** @throws ConstraintException naming a oneOf of these schemas whose alternatives we cannot tell apart */
    void refuse(List<Place> all) {
        for (Place place : all) {
            if (place.schema().has("oneOf")) {
                refuse(place, place.child("oneOf"));
            }
            for (String part : List.of("allOf", "anyOf", "oneOf")) {
                for (int i = 0; i < place.schema().path(part).size(); i++) {
                    refuse(List.of(place.child(part).child(i)));
                }
            }
        }
    }

    private void refuse(Place place, Place oneOf) {
        for (int i = 0; i < oneOf.schema().size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!areApart(List.of(oneOf.child(j)), List.of(oneOf.child(i)), place)) {
                    throw new ConstraintException("json-schema " + oneOf.pointer() + ": " + j + " and " + i
                            + " may be valid for one document, as far as can be told; make them differ by a required property's"
                            + " const, or take anyOf");
                }
            }
        }
    }

    private boolean areApart(List<Place> a, List<Place> b, Place within) {
        for (Keywords x : reader.alternatives(a)) {
            for (Keywords y : reader.alternatives(b)) {
                if (!areApart(x, y, within)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean areApart(Keywords a, Keywords b, Place within) {
        Keywords both = a.and(b);
        Set<JsonType> types = EnumSet.copyOf(both.types().isEmpty() ? EnumSet.noneOf(JsonType.class) : both.types());
        if (both.values() != null) {
            types.retainAll(both.values().stream().map(SchemaCompiler::typeOf).toList());
        }
        boolean apart = true;
        for (JsonType type : types) {
            apart &= switch (type) {
                case NULL, BOOLEAN -> both.values() != null && Operations.isEmpty(compiler.documents(both, within));
                case INTEGER, NUMBER, STRING ->
                    Operations.isEmpty(compiler.documents(both.and(Keywords.of(Set.of(type))), within));
                case ARRAY ->
                    both.maxItems() < both.minItems()
                            || (both.values() != null && both.values().isEmpty());
                case OBJECT -> never(a, b, within) && never(b, a, within);
            };
        }
        return apart;
    }

    /** Whether no object that is made by one is valid by the other. */
    private boolean never(Keywords made, Keywords other, Place within) {
        for (String name : made.required()) {
            if (!areApart(made.property(name), other.property(name), within)) {
                continue;
            }
            return true;
        }
        for (String name : other.required()) {
            boolean isMade = made.isOpen()
                    || made.properties().containsKey(name)
                    || made.required().contains(name);
            if (!isMade || areApart(made.property(name), other.property(name), within)) {
                return true;
            }
        }
        return false;
    }
}
