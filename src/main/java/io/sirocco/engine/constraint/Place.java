package io.sirocco.engine.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * A schema where it stands.
 *
 * @param pointer its JSON pointer, as a fragment: {@code #/properties/city}
 * @param inside how often it is inside of the schemas that references have led to, by their pointers
 */
record Place(JsonNode schema, String pointer, Map<String, Integer> inside) {

    Place {
        inside = Map.copyOf(inside);
    }

    /** A schema below this one. */
    Place child(String name) {
        return new Place(
                schema.get(name), pointer + "/" + name.replace("~", "~0").replace("/", "~1"), inside);
    }

    Place child(int index) {
        return new Place(schema.get(index), pointer + "/" + index, inside);
    }

    /** A schema that this one refers to. */
    Place target(JsonNode referred, String where) {
        Map<String, Integer> deeper = new HashMap<>(inside);
        deeper.merge(where, 1, Integer::sum);
        return new Place(referred, where, deeper);
    }

    int timesInside(String where) {
        return inside.getOrDefault(where, 0);
    }

    // Schemas are compared by where they stand: their texts may be large.

    @Override
    public boolean equals(Object o) {
        return o instanceof Place other && pointer.equals(other.pointer) && inside.equals(other.inside);
    }

    @Override
    public int hashCode() {
        return 31 * pointer.hashCode() + inside.hashCode();
    }
}
