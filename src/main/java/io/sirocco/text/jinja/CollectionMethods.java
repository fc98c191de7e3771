package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Attributes.Method;
import java.util.List;
import java.util.Map;

/** Methods of lists, tuples, ranges and dicts, as far as they change nothing. */
final class CollectionMethods {
    private static final Map<String, Method> DICT = Map.of(
            "get",
                    (rendering, dict, arguments) -> {
                        List<Object> passed = arguments.byPlace("get", 1, 2);
                        return Dicts.get((Map<?, ?>) dict, passed.getFirst(), passed.size() > 1 ? passed.get(1) : null);
                    },
            "keys", (rendering, dict, arguments) -> view(dict, DictView.Part.KEYS, arguments),
            "values", (rendering, dict, arguments) -> view(dict, DictView.Part.VALUES, arguments),
            "items", (rendering, dict, arguments) -> view(dict, DictView.Part.ITEMS, arguments),
            "copy",
                    (rendering, dict, arguments) -> {
                        arguments.byPlace("copy", 0, 0);
                        return Dicts.copy((Map<?, ?>) dict, rendering.budget());
                    });

    private CollectionMethods() {}

    static Method ofDict(String name) {
        return DICT.get(name);
    }

    static Method ofSequence(String name, boolean list) {
        return switch (name) {
            case "index" -> CollectionMethods::index;
            case "count" -> CollectionMethods::count;
            case "copy" ->
                list
                        ? (rendering, value, arguments) -> {
                            arguments.byPlace("copy", 0, 0);
                            return Sequences.list(value, rendering.budget());
                        }
                        : null;
            default -> null;
        };
    }

    private static Object view(Object dict, DictView.Part part, Arguments arguments) {
        arguments.byPlace(part.name().toLowerCase(java.util.Locale.ROOT), 0, 0);
        return new DictView((Map<?, ?>) dict, part);
    }

    private static Object index(Rendering rendering, Object sequence, Arguments arguments) {
        List<Object> passed = arguments.byPlace("index", 1, 3);
        List<?> elements = Sequences.indexed(sequence);
        long from = passed.size() > 1 ? bound(passed.get(1), elements.size()) : 0;
        long to = passed.size() > 2 ? bound(passed.get(2), elements.size()) : elements.size();
        for (long i = from; i < to; i++) {
            Object element = elements.get((int) i);
            if (Equality.identical(element, passed.getFirst())
                    || Equality.equal(element, passed.getFirst(), rendering.budget())) {
                return i;
            }
        }
        throw Failure.value("index() does not find the value in the list");
    }

    private static long bound(Object value, int size) {
        long index = Numbers.whole(value, "index");
        return Math.clamp(index < 0 ? index + size : index, 0L, (long) size);
    }

    private static Object count(Rendering rendering, Object sequence, Arguments arguments) {
        Object sought = arguments.byPlace("count", 1, 1).getFirst();
        long count = 0;
        for (Object element : Sequences.indexed(sequence)) {
            if (Equality.identical(element, sought) || Equality.equal(element, sought, rendering.budget())) {
                count++;
            }
        }
        return count;
    }
}
