package io.sirocco.text.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** All tests by name: what may stand after {@code is}. */
final class Tests {
    private static final Map<String, Test> TESTS = new HashMap<>();

    static {
        plain("defined", value -> !(value instanceof Undefined));
        plain("undefined", value -> value instanceof Undefined);
        plain("none", value -> value == null);
        plain("boolean", value -> value instanceof Boolean);
        plain("true", value -> Boolean.TRUE.equals(value));
        plain("false", value -> Boolean.FALSE.equals(value));
        plain("integer", value -> value instanceof Long);
        plain("float", value -> value instanceof Double);
        plain("number", Numbers::isNumber);
        plain("string", value -> Strings.of(value) != null);
        plain("mapping", value -> value instanceof Map<?, ?>);
        plain("iterable", Sequences::isIterable);
        plain("sequence", Tests::isSequence);
        plain("callable", value -> value instanceof Callable || value instanceof Undefined);
        plain("escaped", value -> value instanceof Markup);
        TESTS.put("filter", (rendering, value, arguments) -> {
            arguments.bind("filter");
            return Strings.of(value) != null && rendering.environment().filters.named(Strings.of(value)) != null;
        });
        plain("test", value -> Strings.of(value) != null && named(Strings.of(value)) != null);
        TESTS.put("odd", (rendering, value, arguments) -> remainder(rendering, value, arguments, 1));
        TESTS.put("even", (rendering, value, arguments) -> remainder(rendering, value, arguments, 0));
        TESTS.put("divisibleby", (rendering, value, arguments) -> {
            Object divisor = arguments.bind("divisibleby", "num").required("num");
            return isZero(Arithmetic.apply(Expr.Operator.MODULO, value, divisor, rendering), rendering);
        });
        TESTS.put("lower", (rendering, value, arguments) -> {
            arguments.bind("lower");
            return StringMethods.isLower(rendering.str(value));
        });
        TESTS.put("upper", (rendering, value, arguments) -> {
            arguments.bind("upper");
            return StringMethods.isUpper(rendering.str(value));
        });
        TESTS.put(
                "sameas",
                (rendering, value, arguments) ->
                        same(value, arguments.bind("sameas", "other").required("other"), rendering));
        TESTS.put(
                "in",
                (rendering, value, arguments) ->
                        Sequences.contains(arguments.bind("in", "seq").required("seq"), value, rendering));
        compare("eq", Expr.Relation.EQUAL, "==", "equalto");
        compare("ne", Expr.Relation.NOT_EQUAL, "!=");
        compare("lt", Expr.Relation.LESS, "<", "lessthan");
        compare("le", Expr.Relation.LESS_OR_EQUAL, "<=");
        compare("gt", Expr.Relation.GREATER, ">", "greaterthan");
        compare("ge", Expr.Relation.GREATER_OR_EQUAL, ">=");
    }

    private Tests() {}

    /** The test of this name, or null. */
    static Test named(String name) {
        return TESTS.get(name);
    }

    static String names() {
        return String.join(", ", new TreeSet<>(TESTS.keySet()));
    }

    /** The test that a template names at run time, as in {@code select('odd')}. */
    static Test required(Object name) {
        Test test = Strings.of(name) == null ? null : named(Strings.of(name));
        if (test == null) {
            throw Failure.of("no test " + (Strings.of(name) == null ? "has such a name" : "'" + Strings.of(name) + "'")
                    + "; use one of " + names());
        }
        return test;
    }

    private static void plain(String name, Predicate<Object> predicate) {
        TESTS.put(name, (rendering, value, arguments) -> {
            arguments.bind(name);
            return predicate.test(value);
        });
    }

    private static void compare(String name, Expr.Relation relation, String... aliases) {
        Test test = (rendering, value, arguments) -> {
            List<Object> passed = arguments.byPlace(name, 1, 1);
            return Relations.hold(relation, value, passed.getFirst(), rendering);
        };
        TESTS.put(name, test);
        for (String alias : aliases) {
            TESTS.put(alias, test);
        }
    }

    private static boolean isSequence(Object value) {
        return Strings.of(value) != null
                || value instanceof Map<?, ?>
                || value instanceof Undefined
                || Sequences.indexed(value) != null;
    }

    private static boolean remainder(Rendering rendering, Object value, Arguments arguments, long expected) {
        arguments.bind("odd or even");
        Object remainder = Arithmetic.apply(Expr.Operator.MODULO, value, 2L, rendering);
        return Equality.equal(remainder, expected, rendering.budget());
    }

    private static boolean isZero(Object value, Rendering rendering) {
        return Equality.equal(value, 0L, rendering.budget());
    }

    /** Python's {@code is}: of texts and numbers, whether they are the same is up to Python's mood; equal ones of a type are, here. */
    private static boolean same(Object value, Object other, Rendering rendering) {
        boolean plain = value instanceof Long || value instanceof Boolean || value instanceof String;
        return Equality.identical(value, other)
                || (plain
                        && other != null
                        && value.getClass() == other.getClass()
                        && Equality.equal(value, other, rendering.budget()));
    }
}
