package io.sirocco.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** How Python prints a value: {@code str} of it by itself, {@code repr} of it inside a list or dict. */
final class Repr {
    private final StringBuilder out = new StringBuilder();
    private final Budget budget;
    private int depth;

    private Repr(Budget budget) {
        this.budget = budget;
    }

    static String str(Object value, Budget budget) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined undefined -> {
                undefined.asNothing();
                yield "";
            }
            case null, default -> repr(value, budget);
        };
    }

    static String repr(Object value, Budget budget) {
        Repr repr = new Repr(budget);
        repr.value(value);
        return repr.out.toString();
    }

    private void value(Object value) {
        switch (value) {
            case null -> add("None");
            case Undefined undefined -> add("Undefined");
            case Boolean bool -> add(bool ? "True" : "False");
            case Long number -> add(number.toString());
            case Double number -> add(number(number));
            case String text -> add(quoted(text));
            case Markup markup -> add("Markup(" + quoted(markup.text()) + ")");
            case List<?> list -> sequence("[", list, "]");
            case Tuple tuple -> sequence("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
            case Map<?, ?> map -> dict(map);
            case DictView view -> {
                add(view.part().typeName + "(");
                sequence("[", view.elements(), "]");
                add(")");
            }
            case Range range ->
                add("range(" + range.start() + ", " + range.stop() + (range.step() == 1 ? "" : ", " + range.step())
                        + ")");
            case Namespace namespace -> {
                add("<Namespace ");
                dict(namespace.attributes());
                add(">");
            }
            case Macro macro -> add(macro.shown());
            case Loop loop -> add(loop.shown());
            default ->
                throw Failure.of("a " + typeName(value)
                        + " cannot be printed; use | list of a lazy filter's result, or call the function");
        }
    }

    private void sequence(String open, Collection<?> items, String close) {
        enter();
        add(open);
        boolean first = true;
        for (Object item : items) {
            if (!first) {
                add(", ");
            }
            first = false;
            value(item);
        }
        add(close);
        depth--;
    }

    private void dict(Map<?, ?> dict) {
        enter();
        add("{");
        boolean first = true;
        for (Map.Entry<?, ?> entry : dict.entrySet()) {
            if (!first) {
                add(", ");
            }
            first = false;
            value(entry.getKey());
            add(": ");
            value(entry.getValue());
        }
        add("}");
        depth--;
    }

    private void enter() {
        if (++depth > Budget.MAX_VALUE_DEPTH) {
            throw tooDeep();
        }
    }

    static Failure tooDeep() {
        return Failure.of("a value is nested deeper than " + Budget.MAX_VALUE_DEPTH + " levels");
    }

    private void add(String piece) {
        budget.text(piece.length());
        out.append(piece);
    }

    /** A text in quotes with escapes, as Python would print it in a list. */
    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder(text.length() + 2).append(quote);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c == quote) {
                        quoted.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(escape(c));
                    }
                }
            }
        }
        return quoted.append(quote).toString();
    }

    static String escape(int c) {
        return c < 0x100 ? "\\x%02x".formatted(c) : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c);
    }

    /** {@code str.isprintable} of one character. */
    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** A float as Python prints it: the fewest digits that read back the same, an exponent below 1e-4 and from 1e16. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String sign = Math.copySign(1, value) < 0 ? "-" : "";
        if (value == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return sign + plain + (plain.contains(".") ? "" : ".0");
        }
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+")
                + "%02d".formatted(Math.abs(exponent));
    }

    /** {@link Double#toString} gives two digits at least, so 5e-324 as 4.9e-324. */
    private static BigDecimal shortest(double value) {
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal one =
                digits.round(new MathContext(1, RoundingMode.HALF_EVEN)).stripTrailingZeros();
        return digits.precision() == 2 && one.doubleValue() == value ? one : digits;
    }

    /** Python's name of a value's type. */
    static String typeName(Object value) {
        return switch (value) {
            case null -> "NoneType";
            case Undefined undefined -> "Undefined";
            case Boolean bool -> "bool";
            case Long number -> "int";
            case Double number -> "float";
            case String text -> "str";
            case Markup markup -> "Markup";
            case List<?> list -> "list";
            case Tuple tuple -> "tuple";
            case Map<?, ?> map -> "dict";
            case DictView view -> view.part().typeName;
            case Range range -> "range";
            case Namespace namespace -> "Namespace";
            case Generator generator -> "generator";
            case Macro macro -> "Macro";
            case Loop loop -> "LoopContext";
            case Callable callable -> "function";
            default -> "value";
        };
    }
}
