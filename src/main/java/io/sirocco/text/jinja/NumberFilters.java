package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import java.util.Map;

/** Filters that make a number of a value. */
final class NumberFilters {
    private NumberFilters() {}

    static void register(Map<String, Filter> filters) {
        filters.put("int", NumberFilters::whole);
        filters.put("float", NumberFilters::decimal);
        filters.put("abs", (rendering, value, arguments) -> {
            arguments.bind("abs");
            Number number = number(value, "abs");
            if (number instanceof Long whole) {
                return whole < 0 ? Arithmetic.sign(true, whole) : whole;
            }
            return Math.abs(number.doubleValue());
        });
        filters.put("round", NumberFilters::round);
    }

    private static Number number(Object value, String filter) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Number number = Numbers.of(value);
        if (number == null) {
            throw Failure.type(
                    filter + " needs a number, not '" + Repr.typeName(value) + "'; convert it with | int or | float");
        }
        return number;
    }

    private static Object whole(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("int", "default", "base");
        Object otherwise = bound.get("default", 0L);
        int base = (int) Math.clamp(bound.whole("base", 10), -1L, 37L);
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (Numbers.of(value) instanceof Long number) {
            return number;
        }
        Number decimal = Numbers.of(value);
        String text = Strings.of(value);
        if (text != null) {
            rendering.budget().work(text.length());
            boolean validBase = base == 0 || (base >= 2 && base <= 36);
            Long number = validBase ? Numbers.parseWhole(text, base) : null;
            if (number != null) {
                return number;
            }
            decimal = Numbers.parseFloat(text);
            if (decimal != null && Double.isInfinite(decimal.doubleValue())) {
                return otherwise;
            }
        }
        if (decimal == null || Numbers.isNan(decimal)) {
            return otherwise;
        }
        return Numbers.truncate(decimal.doubleValue());
    }

    private static Object decimal(Rendering rendering, Object value, Arguments arguments) {
        Object otherwise = arguments.bind("float", "default").get("default", 0.0);
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Number number = Numbers.of(value);
        if (number == null && Strings.of(value) != null) {
            rendering.budget().work(Strings.of(value).length());
            number = Numbers.parseFloat(Strings.of(value));
        }
        return number == null ? otherwise : (Object) number.doubleValue();
    }

    private static Object round(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("round", "precision", "method");
        Number number = number(value, "round");
        long precision = bound.whole("precision", 0);
        String method = String.valueOf(Strings.of(bound.get("method", "common")));
        if (method.equals("common")) {
            return Numbers.round(number, precision);
        }
        if (!method.equals("ceil") && !method.equals("floor")) {
            throw Failure.of("round knows the methods common, ceil and floor, not '" + method + "'");
        }
        double scale = Math.pow(10, (double) precision);
        double scaled = number.doubleValue() * scale;
        return (method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
    }
}
