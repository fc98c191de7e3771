package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The {@code attribute} of map, sort and their like: {@code 'a.b.0'} is {@code element['a']['b'][0]}. */
record AttributePath(List<Object> keys) {

    static AttributePath of(Object attribute) {
        if (attribute == null) {
            return new AttributePath(List.of());
        }
        String path = Strings.of(attribute);
        if (path == null) {
            return new AttributePath(List.of(attribute));
        }
        List<Object> keys = new ArrayList<>();
        for (String part : path.split("\\.", -1)) {
            boolean index =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            keys.add(index ? (Object) Long.valueOf(part) : part);
        }
        return new AttributePath(keys);
    }

    Object get(Object element, Budget budget) {
        return get(element, null, budget);
    }

    /** As {@link #get}, with what stands in for anything undefined on the way; null: nothing does. */
    Object get(Object element, Object otherwise, Budget budget) {
        Object value = element;
        for (Object key : keys) {
            budget.work(1);
            value = Attributes.item(value, key, budget);
            if (otherwise != null && value instanceof Undefined) {
                value = otherwise;
            }
        }
        return value;
    }

    /** What a filter with the arguments {@code attribute} and {@code case_sensitive} compares its elements by. */
    static Function<Object, Object> key(Bound bound, Rendering rendering) {
        boolean caseSensitive = bound.flag("case_sensitive", false);
        AttributePath path = of(bound.get("attribute", null));
        return element -> {
            Object value = path.get(element, rendering.budget());
            return caseSensitive ? value : withoutCase(value, rendering);
        };
    }

    static Object withoutCase(Object value, Rendering rendering) {
        String text = Strings.of(value);
        return text == null ? value : rendering.made(Strings.lower(text));
    }
}
