package io.sirocco.text.jinja;

import java.util.List;
import java.util.Map;

/** {@code 'a %s and %05.1f' % values}, Python's printf-like formatting. */
final class PercentFormat {
    private final String format;
    private final Rendering rendering;
    private final List<Object> values;
    private final Map<?, ?> named;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int used;

    private PercentFormat(String format, Object values, Rendering rendering) {
        this.format = format;
        this.rendering = rendering;
        this.named = values instanceof Map<?, ?> map ? map : null;
        this.values = values instanceof Tuple tuple ? tuple.items() : java.util.Collections.singletonList(values);
    }

    /** @param values a tuple of values, a dict of named ones, or one value */
    static String format(String format, Object values, Rendering rendering) {
        PercentFormat formatting = new PercentFormat(format, values, rendering);
        formatting.run();
        boolean allUsed = formatting.used >= formatting.values.size()
                || formatting.named != null
                || (formatting.used == 0
                        && (values instanceof List<?> || values instanceof Range || values instanceof Undefined));
        if (!allUsed) {
            throw Failure.type("not all values are used by the format; count its % signs");
        }
        return formatting.out.toString();
    }

    private void run() {
        while (at < format.length()) {
            int percent = format.indexOf('%', at);
            int end = percent < 0 ? format.length() : percent;
            add(format.substring(at, end));
            at = end + 1;
            if (percent >= 0) {
                conversion();
            }
        }
    }

    private void conversion() {
        if (peek() == '%') {
            at++;
            add("%");
            return;
        }
        Object keyed = Frame.MISSING;
        if (peek() == '(') {
            keyed = named();
        }
        String flags = flags();
        int width = number("width");
        int precision = -1;
        if (peek() == '.') {
            at++;
            precision = FormatSpec.checked(number("precision"));
        }
        if (peek() == 'l' || peek() == 'h' || peek() == 'L') {
            at++;
        }
        char type = peek();
        at++;
        if (type == 0) {
            throw Failure.value("the format ends within a conversion; write %% for a percent sign");
        }
        Object value = keyed == Frame.MISSING ? next() : keyed;
        add(converted(value, type, flags, width, precision));
    }

    private Object named() {
        int end = format.indexOf(')', at);
        if (end < 0 || named == null) {
            throw Failure.type("the format names its values, but no dict is given");
        }
        String name = format.substring(at + 1, end);
        at = end + 1;
        Object value = Dicts.get(named, name, Frame.MISSING);
        if (value == Frame.MISSING) {
            throw Failure.of("the format names '" + name + "', which is not given");
        }
        return value;
    }

    private String flags() {
        int start = at;
        while (peek() != 0 && "#0- +".indexOf(peek()) >= 0) {
            at++;
        }
        return format.substring(start, at);
    }

    private int number(String what) {
        if (peek() == '*') {
            throw Failure.unsupported("a " + what + " of * in a format");
        }
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at - start > 8) {
            throw Failure.value("a format's " + what + " is too large");
        }
        return start == at ? 0 : Integer.parseInt(format.substring(start, at));
    }

    private Object next() {
        if (used >= values.size()) {
            throw Failure.type("the format needs more values than are given");
        }
        return values.get(used++);
    }

    private String converted(Object value, char type, String flags, int width, int precision) {
        boolean left = flags.indexOf('-') >= 0;
        char sign = flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : '-';
        String text = switch (type) {
            case 's' -> rendering.str(value);
            case 'r' -> Repr.repr(value, rendering.budget());
            case 'c' -> character(value);
            default -> null;
        };
        if (text != null) {
            boolean cut = precision >= 0 && type != 'c' && precision < Strings.length(text);
            String shown = cut ? Strings.substring(text, 0, precision) : text;
            return StringMethods.pad(left ? "ljust" : "rjust", shown, width, " ", rendering.budget());
        }
        char numeric = type == 'i' || type == 'u' ? 'd' : type;
        if ("doxXeEfFgG".indexOf(numeric) < 0) {
            throw Failure.value("%" + type + " is not a conversion of a format; write %% for a percent sign");
        }
        boolean zero = flags.indexOf('0') >= 0 && !left;
        boolean alternate = flags.indexOf('#') >= 0;
        Number number = number(value, numeric);
        String digits = "";
        int shownPrecision = precision;
        if (number instanceof Long whole && precision >= 0 && "doxX".indexOf(numeric) >= 0) {
            int have = FloatFormat.whole(whole, numeric).length();
            digits = "0".repeat(Math.max(0, precision - have));
            shownPrecision = -1;
        }
        if (!digits.isEmpty()) {
            return leadingZeros(number.longValue(), numeric, digits, sign, alternate, left, zero, width);
        }
        char align = left ? '<' : zero ? '=' : '>';
        String spec = (zero ? "0" : " ")
                + align
                + sign
                + (alternate ? "#" : "")
                + width
                + (shownPrecision >= 0 ? "." + shownPrecision : "")
                + numeric;
        return FormatSpec.format(number, spec, rendering);
    }

    /** A whole number with a precision: so many digits at least. */
    private String leadingZeros(
            long value, char type, String zeros, char sign, boolean alternate, boolean left, boolean zero, int width) {
        String prefix = (value < 0 ? "-" : sign == '-' ? "" : String.valueOf(sign))
                + (alternate && type != 'd' ? "0" + type : "");
        String digits = zeros + FloatFormat.whole(value, type);
        if (zero) {
            digits = StringMethods.pad("rjust", digits, (long) width - prefix.length(), "0", rendering.budget());
        }
        return StringMethods.pad(left ? "ljust" : "rjust", prefix + digits, width, " ", rendering.budget());
    }

    private static Number number(Object value, char type) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Number number = Numbers.of(value);
        if (number == null || (number instanceof Double && "oxX".indexOf(type) >= 0)) {
            throw Failure.type("%" + type + " needs a number, not '" + Repr.typeName(value)
                    + "'; use %s or convert it with | int");
        }
        if (type == 'd' && number instanceof Double decimal) {
            return Numbers.truncate(decimal);
        }
        return "eEfFgG".indexOf(type) >= 0 ? (Number) number.doubleValue() : number;
    }

    static String character(Object value) {
        String text = Strings.of(value);
        if (text != null && Strings.length(text) == 1) {
            return text;
        }
        if (Numbers.of(value) instanceof Long code && code >= 0 && code <= Character.MAX_CODE_POINT) {
            return Character.toString(code.intValue());
        }
        throw Failure.type("%c needs one character or its code");
    }

    private char peek() {
        return at < format.length() ? format.charAt(at) : 0;
    }

    private void add(String piece) {
        rendering.budget().text(piece.length());
        out.append(piece);
    }
}
