package io.sirocco.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Python's numbers: bool is a whole number, whole numbers here have 64 bits and refuse to overflow. */
final class Numbers {
    private Numbers() {}

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /** Long or Double of a number, a bool included; null for anything else. */
    static Number of(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean bool -> bool ? 1L : 0L;
            case null, default -> null;
        };
    }

    /** A whole number that a function takes. */
    static long whole(Object value, String function) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (of(value) instanceof Long number) {
            return number;
        }
        throw Failure.type(function + "() needs a whole number, not '" + Repr.typeName(value) + "'");
    }

    static int compare(Number left, Number right) {
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        double a = left.doubleValue();
        double b = right.doubleValue();
        if (a != b || Double.isInfinite(a)) {
            return Double.compare(a, b);
        }
        // Equal as doubles: a long beyond 2^53 may still differ.
        return exact(left).compareTo(exact(right));
    }

    static boolean equal(Number left, Number right) {
        return !isNan(left) && !isNan(right) && compare(left, right) == 0;
    }

    static boolean isNan(Number number) {
        return number instanceof Double d && d.isNaN();
    }

    private static BigDecimal exact(Number number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(number.doubleValue());
    }

    /** Python's int(float): towards zero. */
    static long truncate(double value) {
        if (Double.isNaN(value)) {
            throw Failure.value("NaN has no whole number");
        }
        if (value >= 0x1p63 || value < -0x1p63) {
            throw Failure.of(Repr.number(value) + " does not fit 64 bits as a whole number");
        }
        return (long) value;
    }

    /** Python's round(): half to even of the exact value. */
    static Number round(Number value, long digits) {
        if (value instanceof Long whole) {
            if (digits >= 0) {
                return whole;
            }
            if (digits < -19) {
                return 0L;
            }
            BigDecimal rounded = BigDecimal.valueOf(whole).setScale((int) digits, RoundingMode.HALF_EVEN);
            try {
                return rounded.longValueExact();
            } catch (ArithmeticException e) {
                throw Arithmetic.overflow();
            }
        }
        double number = value.doubleValue();
        if (Double.isNaN(number) || Double.isInfinite(number) || digits > 323) {
            return number;
        }
        if (digits < -308) {
            return Math.copySign(0.0, number);
        }
        double rounded = new BigDecimal(number)
                .setScale((int) digits, RoundingMode.HALF_EVEN)
                .doubleValue();
        if (Double.isInfinite(rounded)) {
            throw Failure.of("the rounded number is too large for a float");
        }
        return Math.copySign(rounded, number);
    }

    /** Python's int(text, base); null if the text is no such number. */
    static Long parseWhole(String text, int base) {
        String digits = Strings.strip(text, null, true, true);
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            digits = digits.substring(1);
        }
        int radix = base;
        int prefixed = digits.length() > 1 && digits.charAt(0) == '0'
                ? switch (digits.charAt(1) | 0x20) {
                    case 'b' -> 2;
                    case 'o' -> 8;
                    case 'x' -> 16;
                    default -> 0;
                }
                : 0;
        if (prefixed != 0 && (base == 0 || base == prefixed)) {
            radix = prefixed;
            digits = digits.substring(2);
            digits = digits.startsWith("_") ? digits.substring(1) : digits;
        } else if (base == 0) {
            radix = 10;
            if (digits.startsWith("0") && !digits.chars().allMatch(c -> c == '0' || c == '_')) {
                return null;
            }
        }
        if (!validUnderscores(digits)) {
            return null;
        }
        digits = digits.replace("_", "");
        final int finalRadix = radix;
        if (digits.isEmpty() || !digits.codePoints().allMatch(c -> Character.digit(c, finalRadix) >= 0)) {
            return null;
        }
        try {
            return Long.parseLong((negative ? "-" : "") + digits, radix);
        } catch (NumberFormatException e) {
            throw Arithmetic.overflow();
        }
    }

    /** Python's float(text); null if the text is no number. */
    static Double parseFloat(String text) {
        String trimmed = Strings.strip(text, null, true, true);
        String unsigned = trimmed.startsWith("-") || trimmed.startsWith("+") ? trimmed.substring(1) : trimmed;
        double sign = trimmed.startsWith("-") ? -1 : 1;
        switch (Strings.lower(unsigned)) {
            case "inf", "infinity" -> {
                return sign * Double.POSITIVE_INFINITY;
            }
            case "nan" -> {
                return Double.NaN;
            }
            default -> {}
        }
        StringBuilder ascii = new StringBuilder();
        for (int c : unsigned.codePoints().toArray()) {
            int digit = Character.digit(c, 10);
            if (digit < 0 && "._eE+-".indexOf(c) < 0) {
                return null;
            }
            ascii.append(digit >= 0 ? (char) ('0' + digit) : (char) c);
        }
        String plain = ascii.toString();
        if (!underscoresBetweenDigits(plain)) {
            return null;
        }
        try {
            return sign * Double.parseDouble(startsLikeNumber(plain) ? plain.replace("_", "") : "");
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean startsLikeNumber(String text) {
        return !text.isEmpty() && (text.charAt(0) == '.' || Character.isDigit(text.charAt(0)));
    }

    private static boolean validUnderscores(String digits) {
        return !digits.startsWith("_") && !digits.endsWith("_") && !digits.contains("__");
    }

    private static boolean underscoresBetweenDigits(String text) {
        for (int at = text.indexOf('_'); at >= 0; at = text.indexOf('_', at + 1)) {
            if (at == 0
                    || at + 1 == text.length()
                    || !Character.isDigit(text.charAt(at - 1))
                    || !Character.isDigit(text.charAt(at + 1))) {
                return false;
            }
        }
        return true;
    }
}
