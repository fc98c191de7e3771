package io.sirocco.text.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dicts by Python's keys: 1, 1.0 and True are one key, lists and dicts are none. */
final class Dicts {
    private Dicts() {}

    /** The value of a key that is in the dict; otherwise the default. An unhashable key is a failure of type TYPE. */
    static Object get(Map<?, ?> dict, Object key, Object otherwise) {
        Object stored = storedKey(dict, key);
        return stored == Frame.MISSING ? otherwise : dict.get(stored);
    }

    static boolean contains(Map<?, ?> dict, Object key) {
        return storedKey(dict, key) != Frame.MISSING;
    }

    /** Adds or replaces; a key that is already there stays as it was written first. */
    static void put(Map<Object, Object> dict, Object key, Object value) {
        Object stored = storedKey(dict, key);
        dict.put(stored == Frame.MISSING ? plain(key) : stored, value);
    }

    static Map<Object, Object> copy(Map<?, ?> dict, Budget budget) {
        budget.elements(dict.size());
        return new LinkedHashMap<>(dict);
    }

    private static Object storedKey(Map<?, ?> dict, Object key) {
        Object plain = plain(key);
        if (dict.containsKey(plain)) {
            return plain;
        }
        Number number = Numbers.of(plain);
        if (number != null) {
            for (Object other : new Object[] {number.longValue(), number.doubleValue(), number.longValue() == 1}) {
                if (Numbers.equal(number, Numbers.of(other)) && dict.containsKey(other)) {
                    return other;
                }
            }
        }
        return Frame.MISSING;
    }

    private static Object plain(Object key) {
        return switch (key) {
            case Markup markup -> markup.text();
            case List<?> list -> throw unhashable(key);
            case Map<?, ?> map -> throw unhashable(key);
            case DictView view -> throw unhashable(key);
            case Tuple tuple -> {
                tuple.items().forEach(Dicts::plain);
                yield tuple;
            }
            case null, default -> key;
        };
    }

    private static Failure unhashable(Object key) {
        return Failure.type("a '" + Repr.typeName(key) + "' cannot be the key of a dict");
    }
}
