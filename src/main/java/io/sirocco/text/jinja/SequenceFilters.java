package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import io.sirocco.text.jinja.Ordering.Keyed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Filters that make a sequence of a sequence. Where Jinja's is lazy, so is ours: its result can be read once. */
final class SequenceFilters {
    private SequenceFilters() {}

    static void register(Map<String, Filter> filters) {
        filters.put("list", (rendering, value, arguments) -> {
            arguments.bind("list");
            return Sequences.list(value, rendering.budget());
        });
        filters.put("items", SequenceFilters::items);
        filters.put("reverse", SequenceFilters::reverse);
        filters.put("sort", SequenceFilters::sort);
        filters.put("dictsort", SequenceFilters::dictSort);
        filters.put("unique", SequenceFilters::unique);
        filters.put("batch", SequenceFilters::batch);
        filters.put("slice", SequenceFilters::slice);
        filters.put("groupby", SequenceFilters::groupBy);
        filters.put("map", SequenceFilters::map);
        filters.put("select", (rendering, value, arguments) -> select(rendering, value, arguments, false, true));
        filters.put("reject", (rendering, value, arguments) -> select(rendering, value, arguments, false, false));
        filters.put("selectattr", (rendering, value, arguments) -> select(rendering, value, arguments, true, true));
        filters.put("rejectattr", (rendering, value, arguments) -> select(rendering, value, arguments, true, false));
    }

    private static Object items(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("items");
        return new Generator(() -> {
            if (value instanceof Undefined undefined) {
                undefined.asNothing();
                return List.of().iterator();
            }
            if (!(value instanceof Map<?, ?> map)) {
                throw Failure.type("items needs a dict, not '" + Repr.typeName(value) + "'");
            }
            return Sequences.iterate(new DictView(map, DictView.Part.ITEMS), rendering.budget());
        });
    }

    private static Object reverse(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("reverse");
        String text = Strings.of(value);
        if (text != null) {
            return Sequences.slice(value, null, null, -1L, rendering.budget());
        }
        List<?> reversed = Sequences.reversed(value);
        if (reversed == null) {
            return Sequences.list(value, rendering.budget()).reversed();
        }
        return new Generator(() -> new ArrayList<Object>(reversed).iterator());
    }

    private static Object sort(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
        boolean caseSensitive = bound.flag("case_sensitive", false);
        Object attribute = bound.get("attribute", null);
        List<AttributePath> paths = new ArrayList<>();
        if (Strings.of(attribute) == null) {
            paths.add(AttributePath.of(attribute));
        } else {
            for (String path : Strings.of(attribute).split(",", -1)) {
                paths.add(AttributePath.of(path));
            }
        }
        return sorted(rendering, value, bound.flag("reverse", false), element -> {
            List<Object> keys = new ArrayList<>();
            for (AttributePath path : paths) {
                Object key = path.get(element, rendering.budget());
                keys.add(caseSensitive ? key : AttributePath.withoutCase(key, rendering));
            }
            return keys;
        });
    }

    private static List<Object> sorted(
            Rendering rendering, Object value, boolean reverse, Function<Object, Object> key) {
        List<Keyed> keyed = new ArrayList<>();
        for (Object element : Sequences.list(value, rendering.budget())) {
            keyed.add(new Keyed(key.apply(element), element));
        }
        return Ordering.sorted(keyed, reverse, rendering.budget());
    }

    private static Object dictSort(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
        boolean caseSensitive = bound.flag("case_sensitive", false);
        String by = String.valueOf(Strings.of(bound.get("by", "key")));
        if (!by.equals("key") && !by.equals("value")) {
            throw Failure.of("dictsort sorts by 'key' or 'value', not '" + by + "'");
        }
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw Failure.type("dictsort needs a dict, not '" + Repr.typeName(value) + "'");
        }
        return sorted(rendering, new DictView(map, DictView.Part.ITEMS), bound.flag("reverse", false), item -> {
            Object key = ((Tuple) item).items().get(by.equals("key") ? 0 : 1);
            return caseSensitive ? key : AttributePath.withoutCase(key, rendering);
        });
    }

    private static Object unique(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
        Function<Object, Object> key = AttributePath.key(bound, rendering);
        return new Generator(() -> {
            Map<Object, Object> seen = new LinkedHashMap<>();
            return filtered(Sequences.iterate(value, rendering.budget()), rendering, element -> {
                Object elementKey = key.apply(element);
                boolean fresh = !Dicts.contains(seen, elementKey);
                Dicts.put(seen, elementKey, true);
                return fresh;
            });
        });
    }

    private static Object batch(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("batch", "linecount", "fill_with");
        bound.required("linecount");
        long size = bound.whole("linecount", 0);
        Object fill = bound.get("fill_with", null);
        return new Generator(() -> {
            List<Object> batches = new ArrayList<>();
            List<Object> batch = new ArrayList<>();
            for (Object element : Sequences.list(value, rendering.budget())) {
                if (batch.size() == size) {
                    batches.add(batch);
                    batch = new ArrayList<>();
                }
                batch.add(element);
            }
            if (!batch.isEmpty()) {
                fill(batch, fill, size, rendering.budget());
                batches.add(batch);
            }
            return batches.iterator();
        });
    }

    private static void fill(List<Object> list, Object fill, long size, Budget budget) {
        if (fill != null && list.size() < size) {
            budget.elements(Math.min(size, Integer.MAX_VALUE));
            while (list.size() < size) {
                list.add(fill);
            }
        }
    }

    private static Object slice(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("slice", "slices", "fill_with");
        bound.required("slices");
        long slices = bound.whole("slices", 0);
        Object fill = bound.get("fill_with", null);
        return new Generator(() -> {
            List<Object> elements = Sequences.list(value, rendering.budget());
            if (slices == 0) {
                throw Failure.of("slice needs at least one slice");
            }
            rendering.budget().elements(Math.min(Math.max(slices, 0), Integer.MAX_VALUE));
            List<Object> result = new ArrayList<>();
            long perSlice = elements.size() / slices;
            long longer = elements.size() % slices;
            int start = 0;
            for (long i = 0; i < slices; i++) {
                int end = (int) (start + perSlice + (i < longer ? 1 : 0));
                List<Object> slice = new ArrayList<>(elements.subList(start, end));
                if (fill != null && i >= longer) {
                    slice.add(fill);
                }
                result.add(slice);
                start = end;
            }
            return result.iterator();
        });
    }

    private static Object groupBy(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
        AttributePath path = AttributePath.of(bound.required("attribute"));
        Object otherwise = bound.get("default", null);
        boolean caseSensitive = bound.flag("case_sensitive", false);
        Function<Object, Object> exact = element -> path.get(element, otherwise, rendering.budget());
        Function<Object, Object> key =
                caseSensitive ? exact : element -> AttributePath.withoutCase(exact.apply(element), rendering);
        List<Object> groups = new ArrayList<>();
        List<Object> members = new ArrayList<>();
        Object current = Frame.MISSING;
        for (Object element : sorted(rendering, value, false, key)) {
            Object next = key.apply(element);
            if (current == Frame.MISSING || !Equality.equal(current, next, rendering.budget())) {
                members = new ArrayList<>();
                groups.add(new Tuple(
                        java.util.Arrays.asList(caseSensitive ? next : exact.apply(element), members),
                        List.of("grouper", "list")));
                current = next;
            }
            members.add(element);
        }
        return groups;
    }

    private static Object map(Rendering rendering, Object value, Arguments arguments) {
        return lazily(value, () -> {
            Function<Object, Object> function = mapping(rendering, arguments);
            Iterator<Object> elements = Sequences.iterate(value, rendering.budget());
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return elements.hasNext();
                }

                @Override
                public Object next() {
                    rendering.budget().work(1);
                    return function.apply(elements.next());
                }
            };
        });
    }

    private static Function<Object, Object> mapping(Rendering rendering, Arguments arguments) {
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            Bound bound = arguments.bind("map", "attribute", "default");
            AttributePath path = AttributePath.of(bound.get("attribute", null));
            Object otherwise = bound.get("default", null);
            return element -> path.get(element, otherwise, rendering.budget());
        }
        if (arguments.positional().isEmpty()) {
            throw Failure.of("map needs the name of a filter or attribute='...'");
        }
        Object name = arguments.positional().getFirst();
        Arguments rest = arguments.rest();
        return element -> rendering.environment().filters.required(name).apply(rendering, element, rest);
    }

    private static Object select(
            Rendering rendering, Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        return lazily(value, () -> {
            Predicate<Object> test = selection(rendering, arguments, byAttribute);
            return filtered(
                    Sequences.iterate(value, rendering.budget()), rendering, element -> test.test(element) == wanted);
        });
    }

    private static Predicate<Object> selection(Rendering rendering, Arguments arguments, boolean byAttribute) {
        Arguments rest = arguments;
        Function<Object, Object> part = element -> element;
        if (byAttribute) {
            if (arguments.positional().isEmpty()) {
                throw Failure.of("selectattr and rejectattr need the name of an attribute");
            }
            AttributePath path = AttributePath.of(arguments.positional().getFirst());
            part = element -> path.get(element, rendering.budget());
            rest = arguments.rest();
        }
        Function<Object, Object> tested = part;
        if (rest.positional().isEmpty()) {
            return element -> Truth.of(tested.apply(element));
        }
        Object name = rest.positional().getFirst();
        Arguments passed = rest.rest();
        return element -> {
            Object value = tested.apply(element);
            return Tests.required(name).holds(rendering, value, passed);
        };
    }

    /** A lazy sequence that is empty, whatever else is wrong, if the value it is made of is false. */
    private static Generator lazily(Object value, Supplier<Iterator<Object>> elements) {
        return new Generator(() -> Truth.of(value) ? elements.get() : List.of().iterator());
    }

    /** The elements that pass a test, which is asked as late as possible. */
    static Iterator<Object> filtered(Iterator<Object> elements, Rendering rendering, Predicate<Object> test) {
        return new Iterator<>() {
            private Object next = Frame.MISSING;

            @Override
            public boolean hasNext() {
                while (next == Frame.MISSING && elements.hasNext()) {
                    rendering.budget().work(1);
                    Object element = elements.next();
                    next = test.test(element) ? element : Frame.MISSING;
                }
                return next != Frame.MISSING;
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Object element = next;
                next = Frame.MISSING;
                return element;
            }
        };
    }
}
