package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Expr.Operator;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** The arithmetic operators, on numbers, texts and lists. */
final class Arithmetic {
    /** Up to here a whole number is a double. */
    private static final long EXACT = 1L << 53;

    private Arithmetic() {}

    static Object apply(Operator operator, Object left, Object right, Rendering rendering) {
        if (operator == Operator.MODULO && left instanceof String format) {
            return PercentFormat.format(format, right, rendering);
        }
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Number a = Numbers.of(left);
        Number b = Numbers.of(right);
        if (a != null && b != null) {
            return numbers(operator, a, b);
        }
        Object result = switch (operator) {
            case ADD -> add(left, right, rendering);
            case MULTIPLY -> {
                if (b instanceof Long times) {
                    yield repeat(left, times, rendering);
                }
                yield a instanceof Long times ? repeat(right, times, rendering) : null;
            }
            default -> null;
        };
        if (result == null) {
            throw Failure.type("'" + Repr.typeName(left) + "' " + operator.symbol + " '" + Repr.typeName(right)
                    + "' is not possible; convert one side with | string, | int or | list");
        }
        return result;
    }

    private static Object add(Object left, Object right, Rendering rendering) {
        Budget budget = rendering.budget();
        if (left instanceof String a && right instanceof String b) {
            budget.text((long) a.length() + b.length());
            return a + b;
        }
        boolean texts = Strings.of(left) != null && Strings.of(right) != null;
        if (texts && (left instanceof Markup || right instanceof Markup)) {
            return new Markup(rendering.made(Markup.escape(left, budget).text()
                    + Markup.escape(right, budget).text()));
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return joined(a, b, budget);
        }
        if (left instanceof Tuple a && right instanceof Tuple b) {
            return Tuple.of(joined(a.items(), b.items(), budget));
        }
        return null;
    }

    private static List<Object> joined(List<?> a, List<?> b, Budget budget) {
        budget.elements((long) a.size() + b.size());
        List<Object> joined = new ArrayList<>(a.size() + b.size());
        joined.addAll(a);
        joined.addAll(b);
        return joined;
    }

    private static Object repeat(Object value, long requested, Rendering rendering) {
        long times = Math.max(requested, 0);
        return switch (value) {
            case String text -> Strings.repeat(text, times, rendering.budget());
            case Markup markup -> new Markup(Strings.repeat(markup.text(), times, rendering.budget()));
            case List<?> list -> repeated(list, times, rendering.budget());
            case Tuple tuple -> Tuple.of(repeated(tuple.items(), times, rendering.budget()));
            case null, default -> null;
        };
    }

    private static List<Object> repeated(List<?> list, long times, Budget budget) {
        long size = list.isEmpty() ? 0 : saturatedProduct(list.size(), times);
        budget.elements(Math.min(size, Integer.MAX_VALUE));
        List<Object> repeated = new ArrayList<>((int) size);
        while (repeated.size() < size) {
            repeated.addAll(list);
        }
        return repeated;
    }

    static long saturatedProduct(long a, long b) {
        return b != 0 && a > Long.MAX_VALUE / 64 / b ? Long.MAX_VALUE / 64 : a * b;
    }

    private static Number numbers(Operator operator, Number left, Number right) {
        if (left instanceof Long a && right instanceof Long b) {
            return whole(operator, a, b);
        }
        return floats(operator, left.doubleValue(), right.doubleValue());
    }

    private static Number whole(Operator operator, long a, long b) {
        try {
            return switch (operator) {
                case ADD -> Math.addExact(a, b);
                case SUBTRACT -> Math.subtractExact(a, b);
                case MULTIPLY -> Math.multiplyExact(a, b);
                case DIVIDE -> quotient(a, nonZero(b));
                case FLOOR_DIVIDE -> b == -1 ? Math.negateExact(a) : Math.floorDiv(a, nonZero(b));
                case MODULO -> Math.floorMod(a, nonZero(b));
                case POWER -> b < 0 ? (Number) Math.pow((double) nonZero(a), (double) b) : (Number) power(a, b);
            };
        } catch (ArithmeticException e) {
            throw overflow();
        }
    }

    /** Rounded once, also beyond 2^53, where the operands are no doubles. */
    private static double quotient(long a, long b) {
        boolean exact = Math.abs(a) <= EXACT && Math.abs(b) <= EXACT && a != Long.MIN_VALUE && b != Long.MIN_VALUE;
        return exact
                ? (double) a / (double) b
                : BigDecimal.valueOf(a)
                        .divide(BigDecimal.valueOf(b), MathContext.DECIMAL128)
                        .doubleValue();
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw divisionByZero();
        }
        return divisor;
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long factor = base;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = Math.multiplyExact(result, factor);
            }
            if (rest > 1) {
                factor = Math.multiplyExact(factor, factor);
            }
        }
        return result;
    }

    private static double floats(Operator operator, double a, double b) {
        boolean divides =
                operator == Operator.DIVIDE || operator == Operator.FLOOR_DIVIDE || operator == Operator.MODULO;
        if (divides && b == 0) {
            throw divisionByZero();
        }
        return switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case FLOOR_DIVIDE -> floorDivide(a, b);
            case MODULO -> modulo(a, b);
            case POWER -> power(a, b);
        };
    }

    /** Python's float %: the sign is the divisor's. */
    private static double modulo(double a, double b) {
        double rest = a % b;
        if (rest == 0) {
            return Math.copySign(0.0, b);
        }
        return rest < 0 != b < 0 ? rest + b : rest;
    }

    private static double floorDivide(double a, double b) {
        double rest = a % b;
        double quotient = (a - rest) / b;
        if (rest != 0 && rest < 0 != b < 0) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0.0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double power(double a, double b) {
        if (a == 0 && b < 0) {
            throw divisionByZero();
        }
        if (a == 1 || b == 0) {
            return 1;
        }
        if (a == -1 && Double.isInfinite(b)) {
            return 1;
        }
        double result = Math.pow(a, b);
        if (Double.isNaN(result) && !Double.isNaN(a) && !Double.isNaN(b)) {
            throw Failure.unsupported("a complex number, as a power of a negative number,");
        }
        if (Double.isInfinite(result) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
            throw Failure.of("the power is too large for a float");
        }
        return result;
    }

    static Object sign(boolean negative, Object operand) {
        if (operand instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Number number = Numbers.of(operand);
        if (number == null) {
            throw Failure.type("a sign before a '" + Repr.typeName(operand) + "' is not possible; it needs a number");
        }
        if (!negative) {
            return number;
        }
        if (number instanceof Long whole) {
            if (whole == Long.MIN_VALUE) {
                throw overflow();
            }
            return -whole;
        }
        return -number.doubleValue();
    }

    static Failure overflow() {
        return Failure.of("a whole number does not fit 64 bits");
    }

    private static Failure divisionByZero() {
        return Failure.of("division by zero");
    }
}
