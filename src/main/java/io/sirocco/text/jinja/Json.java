package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values as Python's json writes them. */
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final Budget budget;
    private final boolean ascii;
    /** One level's indentation; null: all on one line. */
    private final String indent;

    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sortKeys;
    private int depth;

    private Json(Bound options, Budget budget) {
        this.budget = budget;
        ascii = options.flag("ensure_ascii", false);
        sortKeys = options.flag("sort_keys", false);
        Object width = options.get("indent", null);
        indent = width == null
                ? null
                : Strings.of(width) != null
                        ? Strings.of(width)
                        : Strings.repeat(" ", Math.max(0, Numbers.whole(width, "tojson")), budget);
        Object separators = options.get("separators", null);
        if (separators == null) {
            itemSeparator = indent == null ? ", " : ",";
            keySeparator = ": ";
        } else {
            List<Object> pair = Sequences.list(separators, budget);
            if (pair.size() != 2 || Strings.of(pair.getFirst()) == null || Strings.of(pair.getLast()) == null) {
                throw Failure.type("tojson needs separators=(between_items, after_key), two strings");
            }
            itemSeparator = Strings.of(pair.getFirst());
            keySeparator = Strings.of(pair.getLast());
        }
    }

    /** A value on one line, or with an indentation if that is not negative. */
    static String dumps(Object value, int indent, Budget budget) {
        Map<String, Object> options = indent < 0 ? Map.of() : Map.of("indent", (long) indent);
        Json json = new Json(new Arguments(List.of(), options).bind("dumps", "indent"), budget);
        json.value(value);
        return json.out.toString();
    }

    /** The filter tojson as Jinja itself has it: keys in order, ASCII, and nothing that HTML would take for a tag. */
    static Object htmlSafe(Rendering rendering, Object value, Arguments arguments) {
        Object indent = arguments.bind("tojson", "indent").get("indent", null);
        Map<String, Object> options = new LinkedHashMap<>(Map.of("sort_keys", true, "ensure_ascii", true));
        options.put("indent", indent);
        Arguments all = new Arguments(List.of(), options);
        String json = String.valueOf(filter(rendering, value, all));
        return new Markup(rendering.made(json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("'", "\\u0027")));
    }

    /** The filter tojson as transformers defines it: {@code json.dumps(ensure_ascii=False)}, not Jinja's own. */
    static Object filter(Rendering rendering, Object value, Arguments arguments) {
        Json json = new Json(
                arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys"), rendering.budget());
        json.value(value);
        return json.out.toString();
    }

    private void value(Object value) {
        switch (value) {
            case null -> add("null");
            case Boolean bool -> add(bool.toString());
            case Long number -> add(number.toString());
            case Double number -> add(number(number));
            case String text -> add(quoted(text));
            case Markup markup -> add(quoted(markup.text()));
            case List<?> list -> list(list);
            case Tuple tuple -> list(tuple.items());
            case Map<?, ?> map -> dict(map);
            case Undefined undefined ->
                throw Failure.type("an undefined value cannot be written as JSON; test it with 'is defined'");
            default ->
                throw Failure.type(
                        "a '" + Repr.typeName(value) + "' cannot be written as JSON; make a list of it with | list");
        }
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? "NaN"
                : Double.isInfinite(value) ? value > 0 ? "Infinity" : "-Infinity" : Repr.number(value);
    }

    private void list(Collection<?> items) {
        if (items.isEmpty()) {
            add("[]");
            return;
        }
        open("[");
        Iterator<?> iterator = items.iterator();
        while (iterator.hasNext()) {
            value(iterator.next());
            if (iterator.hasNext()) {
                add(itemSeparator);
                newLine();
            }
        }
        close("]");
    }

    private void dict(Map<?, ?> dict) {
        if (dict.isEmpty()) {
            add("{}");
            return;
        }
        open("{");
        Iterator<? extends Map.Entry<?, ?>> entries =
                (sortKeys ? sorted(dict) : dict).entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            add(quoted(key(entry.getKey())));
            add(keySeparator);
            value(entry.getValue());
            if (entries.hasNext()) {
                add(itemSeparator);
                newLine();
            }
        }
        close("}");
    }

    private Map<?, ?> sorted(Map<?, ?> dict) {
        List<Ordering.Keyed> entries = new ArrayList<>();
        dict.forEach((key, value) -> entries.add(new Ordering.Keyed(key, key)));
        Map<Object, Object> sorted = new LinkedHashMap<>();
        Ordering.sorted(entries, false, budget).forEach(key -> sorted.put(key, dict.get(key)));
        return sorted;
    }

    private static String key(Object key) {
        return switch (key) {
            case String text -> text;
            case null -> "null";
            case Boolean bool -> bool.toString();
            case Long number -> number.toString();
            case Double number -> number(number);
            default -> throw Failure.type("a '" + Repr.typeName(key) + "' cannot be a key in JSON");
        };
    }

    private void open(String bracket) {
        if (++depth > Budget.MAX_VALUE_DEPTH) {
            throw Repr.tooDeep();
        }
        add(bracket);
        newLine();
    }

    private void close(String bracket) {
        depth--;
        newLine();
        add(bracket);
    }

    private void newLine() {
        if (indent != null) {
            add("\n");
            add(Strings.repeat(indent, depth, budget));
        }
    }

    private void add(String piece) {
        budget.text(piece.length());
        out.append(piece);
    }

    private String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                default -> {
                    if (c < ' ' || (ascii && c > '~')) {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
