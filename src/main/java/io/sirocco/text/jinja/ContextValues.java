package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies what a caller passes into values of the interpreter: no other object enters a rendering, and none changes during it. */
final class ContextValues {
    private ContextValues() {}

    static Map<String, Object> of(Map<String, Object> context, Budget budget) {
        Map<String, Object> copy = new LinkedHashMap<>();
        context.forEach((name, value) -> copy.put(name, value(name, value, 0, budget)));
        return copy;
    }

    private static Object value(String path, Object value, int depth, Budget budget) {
        if (depth > Budget.MAX_VALUE_DEPTH) {
            throw Repr.tooDeep();
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean bool -> bool;
            case Long number -> number;
            case Double number -> number;
            case Integer number -> (Object) number.longValue();
            case Short number -> (Object) number.longValue();
            case Byte number -> (Object) number.longValue();
            case Float number -> (Object) number.doubleValue();
            case List<?> list -> {
                budget.elements(list.size());
                List<Object> copy = new ArrayList<>(list.size());
                for (Object element : list) {
                    copy.add(value(path, element, depth + 1, budget));
                }
                yield copy;
            }
            case Map<?, ?> map -> {
                budget.elements(map.size());
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, element) -> {
                    if (!(key instanceof String)) {
                        throw Failure.of("the context's '" + path + "' has a key that is no string");
                    }
                    copy.put(key, value(path, element, depth + 1, budget));
                });
                yield copy;
            }
            default ->
                throw Failure.of("the context's '" + path + "' holds a "
                        + value.getClass().getName() + "; expected strings, booleans, numbers, null, lists and maps");
        };
    }
}
