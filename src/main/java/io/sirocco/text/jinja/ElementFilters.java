package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** Filters that give one value of a sequence or dict, or of whatever comes. */
final class ElementFilters {
    private ElementFilters() {}

    static void register(Map<String, Filter> filters) {
        filters.put("default", ElementFilters::otherwise);
        filters.put("d", ElementFilters::otherwise);
        filters.put("length", ElementFilters::length);
        filters.put("count", ElementFilters::length);
        filters.put("first", (rendering, value, arguments) -> {
            arguments.bind("first");
            Iterator<Object> elements = Sequences.iterate(value, rendering.budget());
            return elements.hasNext()
                    ? elements.next()
                    : Undefined.because("the sequence is empty: it has no first element");
        });
        filters.put("last", (rendering, value, arguments) -> {
            arguments.bind("last");
            List<?> reversed = Sequences.reversed(value);
            if (reversed == null) {
                throw Failure.type("'" + Repr.typeName(value) + "' has no last element; make a list of it with | list");
            }
            return reversed.isEmpty()
                    ? Undefined.because("the sequence is empty: it has no last element")
                    : reversed.getFirst();
        });
        filters.put(
                "min",
                (rendering, value, arguments) -> extreme(
                        rendering, value, arguments, (next, best) -> Ordering.less(next, best, rendering.budget())));
        filters.put(
                "max",
                (rendering, value, arguments) -> extreme(
                        rendering, value, arguments, (next, best) -> Ordering.less(best, next, rendering.budget())));
        filters.put("sum", ElementFilters::sum);
        filters.put("join", ElementFilters::join);
        filters.put("attr", (rendering, value, arguments) -> {
            Object name = arguments.bind("attr", "name").required("name");
            if (Strings.of(name) == null) {
                throw Failure.type("attr needs the name of an attribute");
            }
            Object attribute = Attributes.get(value, Strings.of(name));
            boolean element =
                    value instanceof Map<?, ?> map && Dicts.contains(map, name) && !(attribute instanceof Callable);
            return element ? Undefined.attribute(value, name) : attribute;
        });
    }

    private static Object otherwise(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("default", "default_value", "boolean");
        boolean replace = value instanceof Undefined || (bound.flag("boolean", false) && !Truth.of(value));
        return replace ? bound.get("default_value", "") : value;
    }

    private static Object length(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("length");
        int length = Sequences.length(value, rendering.budget());
        if (length < 0) {
            throw Failure.type("a '" + Repr.typeName(value) + "' has no length; make a list of it with | list");
        }
        return (long) length;
    }

    private static Object extreme(
            Rendering rendering, Object value, Arguments arguments, BiPredicate<Object, Object> better) {
        Bound bound = arguments.bind("min or max", "case_sensitive", "attribute");
        Iterator<Object> elements = Sequences.iterate(value, rendering.budget());
        if (!elements.hasNext()) {
            return Undefined.because("the sequence is empty: it has no smallest or greatest element");
        }
        Function<Object, Object> key = AttributePath.key(bound, rendering);
        Object best = elements.next();
        Object bestKey = key.apply(best);
        while (elements.hasNext()) {
            Object next = elements.next();
            Object nextKey = key.apply(next);
            if (better.test(nextKey, bestKey)) {
                best = next;
                bestKey = nextKey;
            }
        }
        return best;
    }

    private static Object sum(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("sum", "attribute", "start");
        Object attribute = bound.get("attribute", null);
        Object sum = bound.get("start", 0L);
        if (Strings.of(sum) != null) {
            throw Failure.type("sum does not join strings; use | join");
        }
        Iterator<Object> elements = Sequences.iterate(value, rendering.budget());
        while (elements.hasNext()) {
            Object element = elements.next();
            Object added =
                    attribute == null ? element : AttributePath.of(attribute).get(element, rendering.budget());
            rendering.budget().work(1);
            sum = Arithmetic.apply(Expr.Operator.ADD, sum, added, rendering);
        }
        return sum;
    }

    private static Object join(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("join", "d", "attribute");
        Object attribute = bound.get("attribute", null);
        String separator = rendering.str(bound.get("d", ""));
        Iterator<Object> elements = Sequences.iterate(value, rendering.budget());
        List<Object> parts = new ArrayList<>();
        while (elements.hasNext()) {
            Object element = elements.next();
            rendering.budget().elements(1);
            parts.add(rendering.str(
                    attribute == null ? element : AttributePath.of(attribute).get(element, rendering.budget())));
        }
        return StringMethods.named("join")
                .call(rendering, separator, new Arguments(Collections.singletonList(parts), Map.of()));
    }
}
