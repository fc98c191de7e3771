package io.sirocco.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** The digits of numbers in the formats e, f, g, % and in other bases. */
final class FloatFormat {
    private FloatFormat() {}

    static String whole(long value, char type) {
        String digits = Long.toString(
                value,
                switch (type) {
                    case 'b' -> 2;
                    case 'o' -> 8;
                    case 'x', 'X' -> 16;
                    default -> 10;
                });
        String unsigned = digits.startsWith("-") ? digits.substring(1) : digits;
        return type == 'X' ? Strings.upper(unsigned) : unsigned;
    }

    /** A float without sign; type 0: as Python prints it, to {@code precision} digits if that is not negative. */
    static String of(double value, char type, int precision, boolean alternate) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            String word = Double.isNaN(value) ? "nan" : "inf";
            return (Character.isUpperCase(type) ? Strings.upper(word) : word) + (type == '%' ? "%" : "");
        }
        int digits = precision < 0 ? 6 : precision;
        String formatted = switch (type) {
            case 'e', 'E' -> exponent(value, digits, alternate);
            case 'f', 'F' -> fixed(new BigDecimal(value), digits, alternate);
            case '%' -> fixed(new BigDecimal(value * 100), digits, alternate) + "%";
            case 0 -> precision < 0 ? Repr.number(value) : general(value, Math.max(1, digits), alternate, true);
            default -> general(value, Math.max(1, digits), alternate, false);
        };
        return Character.isUpperCase(type) ? Strings.upper(formatted) : formatted;
    }

    private static String fixed(BigDecimal value, int digits, boolean alternate) {
        return value.setScale(digits, RoundingMode.HALF_EVEN).toPlainString() + (alternate && digits == 0 ? "." : "");
    }

    private static String exponent(double value, int digits, boolean alternate) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        String unscaled = rounded.unscaledValue().toString();
        int exponent = rounded.signum() == 0 ? 0 : unscaled.length() - 1 - rounded.scale();
        String mantissa = unscaled + "0".repeat(Math.max(0, digits + 1 - unscaled.length()));
        String fraction = digits > 0 ? "." + mantissa.substring(1, digits + 1) : alternate ? "." : "";
        return mantissa.charAt(0) + fraction + suffix(exponent);
    }

    private static String suffix(int exponent) {
        return "e" + (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
    }

    /** C's %g; {@code pythonic}: always with a digit after the point, and one digit fewer before an exponent is used. */
    private static String general(double value, int digits, boolean alternate, boolean pythonic) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        if (exponent < -4 || exponent >= digits - (pythonic ? 1 : 0)) {
            String formatted = exponent(value, digits - 1, alternate);
            int e = formatted.indexOf('e');
            return (alternate ? formatted.substring(0, e) : withoutZeros(formatted.substring(0, e)))
                    + formatted.substring(e);
        }
        String plain = fixed(rounded, Math.max(0, digits - 1 - exponent), alternate);
        String shown = alternate ? plain : withoutZeros(plain);
        return pythonic && !shown.contains(".") ? shown + ".0" : shown;
    }

    private static String withoutZeros(String number) {
        if (!number.contains(".")) {
            return number;
        }
        int end = number.length();
        while (number.charAt(end - 1) == '0') {
            end--;
        }
        return number.substring(0, number.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
