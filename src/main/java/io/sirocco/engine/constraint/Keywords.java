package io.sirocco.engine.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.engine.constraint.JsonNumbers.Bound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a JSON schema asks of a value, without references and alternatives: schemas that must all hold become one of these by
 * {@link #and}.
 *
 * @param types that the value may have; {@code NUMBER} includes integers
 * @param values that it may have, or null for any
 * @param patterns regular expressions of which each is found in a string
 * @param maxLength of a string in code points, or {@link #UNBOUNDED}, as is {@code maxItems}
 * @param prefix schemas of an array's first items
 * @param items of all others
 * @param properties in the order in which a document has them
 * @param additional schemas of properties that are not named, or null if nothing is said of them
 */
record Keywords(
        Set<JsonType> types,
        List<JsonNode> values,
        Bound low,
        Bound high,
        int minLength,
        int maxLength,
        List<String> patterns,
        Set<StringFormat> formats,
        int minItems,
        int maxItems,
        List<List<Place>> prefix,
        List<Place> items,
        Map<String, List<Place>> properties,
        Set<String> required,
        List<Place> additional) {

    static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Asks nothing. */
    static final Keywords ANY = of(EnumSet.allOf(JsonType.class));

    static Keywords of(Set<JsonType> types) {
        return new Keywords(
                types, null, null, null, 0, UNBOUNDED, List.of(), Set.of(), 0, UNBOUNDED, List.of(), List.of(),
                Map.of(), Set.of(), null);
    }

    /** Asks what both ask. */
    Keywords and(Keywords other) {
        Set<JsonType> both = EnumSet.noneOf(JsonType.class);
        for (JsonType type : types) {
            if (other.types.contains(type)) {
                both.add(type);
            } else if ((type == JsonType.NUMBER && other.types.contains(JsonType.INTEGER))
                    || (type == JsonType.INTEGER && other.types.contains(JsonType.NUMBER))) {
                both.add(JsonType.INTEGER);
            }
        }
        return new Keywords(
                both,
                values == null
                        ? other.values
                        : other.values == null
                                ? values
                                : values.stream().filter(other.values::contains).toList(),
                tighter(low, other.low, 1),
                tighter(high, other.high, -1),
                Math.max(minLength, other.minLength),
                Math.min(maxLength, other.maxLength),
                Stream.concat(patterns.stream(), other.patterns.stream()).toList(),
                union(formats, other.formats),
                Math.max(minItems, other.minItems),
                Math.min(maxItems, other.maxItems),
                bothPrefixes(other),
                concat(items, other.items),
                bothProperties(other),
                union(required, other.required),
                additional == null
                        ? other.additional
                        : other.additional == null ? additional : concat(additional, other.additional));
    }

    /** The one of two bounds that leaves less; {@code sign} is 1 for lower bounds and -1 for upper ones. Either may be null. */
    static Bound tighter(Bound a, Bound b, int sign) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        int order = a.value().compareTo(b.value());
        return order == 0 ? (a.exclusive() ? a : b) : (order > 0) == (sign > 0) ? a : b;
    }

    private List<List<Place>> bothPrefixes(Keywords other) {
        List<List<Place>> both = new ArrayList<>();
        for (int i = 0; i < Math.max(prefix.size(), other.prefix.size()); i++) {
            both.add(concat(item(i), other.item(i)));
        }
        return both;
    }

    /** What is asked of an array's i-th item. */
    List<Place> item(int i) {
        return i < prefix.size() ? prefix.get(i) : items;
    }

    /** A property that only one side names must be what the other asks of those that it does not name. */
    private Map<String, List<Place>> bothProperties(Keywords other) {
        Map<String, List<Place>> both = new LinkedHashMap<>();
        properties.forEach((name, places) -> both.put(name, concat(places, other.property(name))));
        other.properties.forEach((name, places) -> both.computeIfAbsent(name, _ -> concat(property(name), places)));
        return both;
    }

    /** What is asked of a property. */
    List<Place> property(String name) {
        List<Place> named = properties.get(name);
        return named != null ? named : additional == null ? List.of() : additional;
    }

    /** Whether a document has properties that are not named: where the schema says so, or says nothing of any. */
    boolean isOpen() {
        return additional == null ? properties.isEmpty() : true;
    }

    private static <T> List<T> concat(List<T> a, List<T> b) {
        return Stream.concat(a.stream(), b.stream()).distinct().toList();
    }

    private static <T> Set<T> union(Collection<T> a, Collection<T> b) {
        Set<T> union = new LinkedHashSet<>(a);
        union.addAll(b);
        return union;
    }
}
