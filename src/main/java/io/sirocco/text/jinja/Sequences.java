package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What can be iterated, measured, indexed, sliced and searched. */
final class Sequences {
    private Sequences() {}

    /** The elements by place of a list, tuple or range; null for anything else. */
    static List<?> indexed(Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Tuple tuple -> tuple.items();
            case Range range -> range.numbers();
            case null, default -> null;
        };
    }

    /** All elements of what has a known number of them; null for anything else, a generator above all. */
    private static List<?> sized(Object value) {
        return switch (value) {
            case String text -> Strings.characters(text);
            case Markup markup -> Strings.characters(markup.text());
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case DictView view -> view.elements();
            case Undefined undefined -> {
                undefined.asNothing();
                yield List.of();
            }
            case null, default -> indexed(value);
        };
    }

    static boolean isIterable(Object value) {
        return value instanceof Generator || value instanceof Loop || Strings.of(value) != null || sized(value) != null;
    }

    static Iterator<Object> iterate(Object value, Budget budget) {
        if (value instanceof Generator generator) {
            return generator;
        }
        if (value instanceof String || value instanceof Markup) {
            budget.elements(Strings.of(value).length());
        }
        List<?> elements = sized(value);
        if (elements == null) {
            throw Failure.type("a '" + Repr.typeName(value) + "' cannot be iterated; it needs a list, dict or string");
        }
        return Collections.<Object>unmodifiableList(elements).iterator();
    }

    /** A new list of all elements. */
    static List<Object> list(Object value, Budget budget) {
        List<Object> list = new ArrayList<>();
        Iterator<Object> elements = iterate(value, budget);
        while (elements.hasNext()) {
            budget.elements(1);
            list.add(elements.next());
        }
        return list;
    }

    /** The number of elements, or -1 for what has none. */
    static int length(Object value, Budget budget) {
        return switch (value) {
            case String text -> {
                budget.work(text.length());
                yield Strings.length(text);
            }
            case Markup markup -> length(markup.text(), budget);
            case Map<?, ?> map -> map.size();
            case DictView view -> view.dict().size();
            case Undefined undefined -> {
                undefined.asNothing();
                yield 0;
            }
            case Loop loop -> loop.length();
            case null, default -> {
                List<?> elements = indexed(value);
                yield elements == null ? -1 : elements.size();
            }
        };
    }

    /** The elements from the last to the first; null if the value knows no order or has to be read forwards. */
    static List<?> reversed(Object value) {
        List<?> elements = value instanceof Generator ? null : sized(value);
        return elements == null ? null : elements.reversed();
    }

    static boolean contains(Object container, Object element, Rendering rendering) {
        Budget budget = rendering.budget();
        String text = Strings.of(container);
        if (text != null) {
            String part = Strings.of(element);
            if (part == null) {
                throw Failure.type("a '" + Repr.typeName(element) + "' is never in a string; convert it with | string");
            }
            return Search.first(text, part, 0, budget) >= 0;
        }
        if (container instanceof Map<?, ?> map) {
            return Dicts.contains(map, element);
        }
        if (container instanceof DictView view && view.part() == DictView.Part.KEYS) {
            return Dicts.contains(view.dict(), element);
        }
        Iterator<Object> elements = iterate(container, budget);
        while (elements.hasNext()) {
            Object next = elements.next();
            if (Equality.identical(next, element) || Equality.equal(next, element, budget)) {
                return true;
            }
        }
        return false;
    }

    /** {@code value[start:stop:step]}, each of the three null if left out. */
    static Object slice(Object value, Object start, Object stop, Object step, Budget budget) {
        return switch (value) {
            case String text -> {
                budget.text(text.length());
                yield slice(text, start, stop, step);
            }
            case Markup markup -> {
                budget.text(markup.text().length());
                yield new Markup(slice(markup.text(), start, stop, step));
            }
            case List<?> list -> slice(list, start, stop, step, budget);
            case Tuple tuple -> Tuple.of(slice(tuple.items(), start, stop, step, budget));
            case Range range -> {
                Slice bounds = Slice.of(range.size(), start, stop, step);
                yield new Range(
                        range.start() + bounds.start() * range.step(),
                        range.start() + bounds.stop() * range.step(),
                        range.step() * bounds.step(),
                        bounds.size());
            }
            case Undefined undefined -> throw undefined.failure();
            case null, default ->
                throw Failure.type("a '" + Repr.typeName(value) + "' has no slices; it needs a list or a string");
        };
    }

    private static List<Object> slice(List<?> list, Object start, Object stop, Object step, Budget budget) {
        Slice bounds = Slice.of(list.size(), start, stop, step);
        budget.elements(bounds.size());
        List<Object> elements = new ArrayList<>(bounds.size());
        for (int i = 0; i < bounds.size(); i++) {
            elements.add(list.get((int) (bounds.start() + i * bounds.step())));
        }
        return elements;
    }

    private static String slice(String text, Object start, Object stop, Object step) {
        Slice bounds = Slice.of(Strings.length(text), start, stop, step);
        if (bounds.step() == 1) {
            return bounds.size() == 0
                    ? ""
                    : Strings.substring(text, (int) bounds.start(), (int) bounds.start() + bounds.size());
        }
        int[] codePoints = text.codePoints().toArray();
        StringBuilder out = new StringBuilder(bounds.size());
        for (int i = 0; i < bounds.size(); i++) {
            out.appendCodePoint(codePoints[(int) (bounds.start() + i * bounds.step())]);
        }
        return out.toString();
    }

    /** A slice of a sequence of known length: {@code size} elements from {@code start} on. */
    private record Slice(long start, long stop, long step, int size) {

        static Slice of(int length, Object start, Object stop, Object step) {
            long by = step == null ? 1 : Numbers.whole(step, "a slice");
            if (by == 0) {
                throw Failure.value("a slice needs a step other than 0");
            }
            by = Math.clamp(by, -(1L << 32), 1L << 32);
            long low = by > 0 ? 0 : -1;
            long high = by > 0 ? length : length - 1L;
            long from = bound(start, length, low, high, by > 0 ? low : high);
            long to = bound(stop, length, low, high, by > 0 ? high : low);
            long span = by > 0 ? to - from : from - to;
            return new Slice(from, to, by, span <= 0 ? 0 : (int) ((span - 1) / Math.abs(by) + 1));
        }

        private static long bound(Object value, int length, long low, long high, long otherwise) {
            if (value == null) {
                return otherwise;
            }
            long index = Numbers.whole(value, "a slice");
            return Math.clamp(index < 0 ? index + length : index, low, high);
        }
    }
}
