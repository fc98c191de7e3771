package io.sirocco.text.jinja;

/**
 * Python's format specification, {@code [[fill]align][sign][#][0][width][grouping][.precision][type]}, as {@code '{:>8.2f}'}
 * has it.
 *
 * @param align one of &lt; &gt; = ^, or 0 if not given
 * @param sign one of + - or space
 * @param grouping , or _ or 0 for none
 * @param precision -1 if not given
 * @param type a letter or %, or 0 if not given
 */
record FormatSpec(
        String fill, char align, char sign, boolean alternate, int width, char grouping, int precision, char type) {
    /** The largest precision; a double has no more digits than some 1,100. */
    private static final int MAX_PRECISION = 1200;

    static FormatSpec parse(String spec) {
        int[] points = spec.codePoints().toArray();
        int at = 0;
        String fill = " ";
        char align = 0;
        boolean filled = points.length > 1 && isAlign(points[1]);
        if (filled) {
            fill = Character.toString(points[0]);
            align = (char) points[1];
            at = 2;
        } else if (points.length > 0 && isAlign(points[0])) {
            align = (char) points[0];
            at = 1;
        }
        char sign = '-';
        if (at < points.length && "+- ".indexOf(points[at]) >= 0) {
            sign = (char) points[at++];
        }
        boolean alternate = at < points.length && points[at] == '#';
        at += alternate ? 1 : 0;
        if (!filled && at < points.length && points[at] == '0') {
            fill = "0";
            align = align == 0 ? '=' : align;
            at++;
        }
        int start = at;
        at = digits(points, at);
        int width = number(points, start, at);
        char grouping = 0;
        if (at < points.length && (points[at] == ',' || points[at] == '_')) {
            grouping = (char) points[at++];
        }
        int precision = -1;
        if (at < points.length && points[at] == '.') {
            start = at + 1;
            at = digits(points, start);
            if (at == start) {
                throw Failure.value("a format has '.' without a precision");
            }
            precision = checked(number(points, start, at));
        }
        char type = 0;
        if (at < points.length && points[at] < 128) {
            type = (char) points[at++];
        }
        if (at < points.length || (type != 0 && "sdbcoxXneEfFgG%".indexOf(type) < 0)) {
            throw Failure.value("'" + spec + "' is not a format");
        }
        return new FormatSpec(fill, align, sign, alternate, width, grouping, precision, type);
    }

    static int checked(int precision) {
        if (precision > MAX_PRECISION) {
            throw Failure.of("a format's precision is at most " + MAX_PRECISION + ", not " + precision);
        }
        return precision;
    }

    private static boolean isAlign(int c) {
        return c == '<' || c == '>' || c == '=' || c == '^';
    }

    private static int digits(int[] points, int from) {
        int at = from;
        while (at < points.length && points[at] >= '0' && points[at] <= '9') {
            at++;
        }
        return at;
    }

    private static int number(int[] points, int from, int to) {
        if (to - from > 8) {
            throw Failure.value("a format's number is too large");
        }
        return from == to ? 0 : Integer.parseInt(new String(points, from, to - from));
    }

    /** {@code format(value, spec)} */
    static String format(Object value, String spec, Rendering rendering) {
        if (spec.isEmpty()) {
            return rendering.str(value);
        }
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        String text = Strings.of(value);
        Number number = Numbers.of(value);
        if (text == null && number == null) {
            throw Failure.type("a '" + Repr.typeName(value) + "' takes no format; convert it with | string");
        }
        FormatSpec parsed = parse(spec);
        return text != null ? parsed.text(text, rendering.budget()) : parsed.number(number, rendering.budget());
    }

    private String text(String text, Budget budget) {
        if ((type != 0 && type != 's')
                || (align == '=' && !fill.equals("0"))
                || sign != '-'
                || alternate
                || grouping != 0) {
            throw Failure.value("this format is for numbers, not for a string");
        }
        boolean cut = precision >= 0 && precision < Strings.length(text);
        String shown = cut ? Strings.substring(text, 0, precision) : text;
        return padded("", shown, align == 0 || align == '=' ? '<' : align, budget);
    }

    private String number(Number value, Budget budget) {
        boolean whole = value instanceof Long && (type == 0 || "dbcoxXn".indexOf(type) >= 0);
        if (!whole && "sdbcoxX".indexOf(type) >= 0 && type != 0) {
            throw Failure.value("the format '" + type + "' does not fit a '" + Repr.typeName(value) + "'");
        }
        if (whole && precision >= 0) {
            throw Failure.value("a whole number takes no precision; use the type f");
        }
        if (whole && type == 'c') {
            return new FormatSpec(fill, align == 0 ? '<' : align, '-', false, width, (char) 0, -1, (char) 0)
                    .text(PercentFormat.character(value), budget);
        }
        boolean negative =
                whole ? value.longValue() < 0 : Math.copySign(1, value.doubleValue()) < 0 && !Numbers.isNan(value);
        String digits = whole
                ? FloatFormat.whole(value.longValue(), type)
                : FloatFormat.of(Math.abs(value.doubleValue()), type, precision, alternate);
        String prefix = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
        if (alternate && whole && "boxX".indexOf(type) >= 0 && type != 0) {
            prefix += "0" + type;
        }
        boolean zeros = fill.equals("0") && align == '=';
        if (grouping != 0) {
            digits = grouped(digits, zeros ? width - prefix.length() : 0);
        }
        return padded(prefix, digits, align == 0 ? '>' : align, budget);
    }

    /** With separators every three digits (four of a power of two), and zeros before up to a width. */
    private String grouped(String digits, int minimum) {
        int end = 0;
        while (end < digits.length()
                && Character.digit(digits.charAt(end), 16) >= 0
                && (type == 'x' || type == 'X' || Character.isDigit(digits.charAt(end)))) {
            end++;
        }
        int size = type != 0 && "boxX".indexOf(type) >= 0 ? 4 : 3;
        StringBuilder whole = new StringBuilder(digits.substring(0, end));
        String rest = digits.substring(end);
        while (separated(whole.length(), size) + rest.length() < minimum) {
            whole.insert(0, '0');
        }
        for (int at = whole.length() - size; at > 0; at -= size) {
            whole.insert(at, grouping);
        }
        return whole + rest;
    }

    private static int separated(int digits, int size) {
        return digits + (digits - 1) / size;
    }

    private String padded(String prefix, String body, char alignment, Budget budget) {
        long missing = (long) width - Strings.length(prefix) - Strings.length(body);
        budget.text(Math.max(0, missing) + prefix.length() + body.length());
        if (missing <= 0) {
            return prefix + body;
        }
        return switch (alignment) {
            case '<' -> prefix + body + fill.repeat((int) missing);
            case '^' -> fill.repeat((int) (missing / 2)) + prefix + body + fill.repeat((int) (missing - missing / 2));
            case '=' -> prefix + fill.repeat((int) missing) + body;
            default -> fill.repeat((int) missing) + prefix + body;
        };
    }
}
