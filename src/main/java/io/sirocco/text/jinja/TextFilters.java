package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that make a text of a value. */
final class TextFilters {
    private TextFilters() {}

    static void register(Map<String, Filter> filters) {
        convert(filters, "upper", Strings::upper);
        convert(filters, "lower", Strings::lower);
        convert(filters, "capitalize", Strings::capitalize);
        filters.put("title", (rendering, value, arguments) -> {
            arguments.bind("title");
            return rendering.made(title(rendering.str(value)));
        });
        filters.put("trim", TextFilters::trim);
        filters.put("string", (rendering, value, arguments) -> {
            arguments.bind("string");
            return value instanceof Markup ? value : rendering.str(value);
        });
        filters.put("safe", (rendering, value, arguments) -> {
            arguments.bind("safe");
            return value instanceof Markup ? value : new Markup(rendering.str(value));
        });
        Filter escape = (rendering, value, arguments) -> {
            arguments.bind("escape");
            return Markup.escape(value, rendering.budget());
        };
        filters.put("e", escape);
        filters.put("escape", escape);
        filters.put("forceescape", (rendering, value, arguments) -> {
            arguments.bind("forceescape");
            return Markup.escape(rendering.str(value), rendering.budget());
        });
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put("center", (rendering, value, arguments) -> {
            long width = arguments.bind("center", "width").whole("width", 80);
            return like(value, StringMethods.pad("center", rendering.str(value), width, " ", rendering.budget()));
        });
        filters.put("truncate", TextFilters::truncate);
        filters.put("wordcount", TextFilters::wordCount);
        filters.put("format", TextFilters::format);
        filters.put("urlencode", TextFilters::urlEncode);
    }

    private static void convert(Map<String, Filter> filters, String name, UnaryOperator<String> conversion) {
        filters.put(name, (rendering, value, arguments) -> {
            arguments.bind(name);
            return like(value, rendering.made(conversion.apply(rendering.str(value))));
        });
    }

    private static Object like(Object value, String result) {
        return value instanceof Markup ? new Markup(result) : result;
    }

    /** Unlike the method of the same name, a word begins after whitespace, a hyphen or an opening bracket only. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int start = 0;
        while (start < text.length()) {
            boolean separator = separatesWords(text.charAt(start));
            int end = start;
            while (end < text.length() && separatesWords(text.charAt(end)) == separator) {
                end++;
            }
            String piece = text.substring(start, end);
            int first = Character.charCount(piece.codePointAt(0));
            out.append(Strings.upper(piece.substring(0, first))).append(Strings.lower(piece.substring(first)));
            start = end;
        }
        return out.toString();
    }

    private static boolean separatesWords(char c) {
        return Strings.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }

    private static Object trim(Rendering rendering, Object value, Arguments arguments) {
        Object characters = arguments.bind("trim", "chars").get("chars", null);
        if (characters != null && Strings.of(characters) == null) {
            throw Failure.type("trim() needs a string of characters, not '" + Repr.typeName(characters) + "'");
        }
        return like(value, rendering.made(Strings.strip(rendering.str(value), Strings.of(characters), true, true)));
    }

    private static Object replace(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("replace", "old", "new", "count");
        Object count = bound.get("count", null);
        return Splitting.replace(
                rendering.str(value),
                rendering.str(bound.required("old")),
                rendering.str(bound.required("new")),
                count == null ? -1 : Numbers.whole(count, "replace"),
                rendering.budget());
    }

    /** lm-evaluation-harness's filter: {@code re.sub(pattern, repl, value, count)}. */
    static Object regexReplace(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("regex_replace", "pattern", "repl", "count");
        String pattern = text(bound.required("pattern"), "regex_replace");
        String replacement = text(bound.required("repl"), "regex_replace");
        String text = text(value, "regex_replace");
        rendering.budget().work(text.length());
        try {
            int count = Math.toIntExact(bound.whole("count", 0));
            return rendering.made(PythonRegex.compile(pattern).replace(text, replacement, count));
        } catch (IllegalArgumentException e) {
            throw Failure.of("regex_replace: " + e.getMessage());
        }
    }

    private static Object indent(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("indent", "width", "first", "blank");
        Budget budget = rendering.budget();
        String text = text(value, "indent");
        Object width = bound.get("width", 4L);
        String indentation = Strings.of(width) != null
                ? Strings.of(width)
                : Strings.repeat(" ", Math.max(0, Numbers.whole(width, "indent")), budget);
        boolean blank = bound.flag("blank", false);
        List<String> lines = Splitting.lines(text + "\n", false, budget);
        budget.text(text.length() + Arithmetic.saturatedProduct(lines.size(), indentation.length()));
        StringBuilder out = new StringBuilder();
        if (bound.flag("first", false)) {
            out.append(indentation);
        }
        out.append(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            out.append('\n').append(line.isEmpty() && !blank ? "" : indentation).append(line);
        }
        return like(value, out.toString());
    }

    private static String text(Object value, String filter) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (Strings.of(value) == null) {
            throw Failure.type(
                    filter + " needs a string, not '" + Repr.typeName(value) + "'; convert it with | string");
        }
        return Strings.of(value);
    }

    private static Object truncate(Rendering rendering, Object value, Arguments arguments) {
        Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
        String end = text(bound.get("end", "..."), "truncate");
        long length = bound.whole("length", 255);
        long leeway = bound.get("leeway", null) == null ? 5 : bound.whole("leeway", 5);
        long kept = length - Strings.length(end);
        if (kept < 0 || leeway < 0) {
            throw Failure.of("truncate needs a length of at least that of its end, and no negative leeway");
        }
        int current = Sequences.length(value, rendering.budget());
        if (current >= 0 && current <= length + leeway) {
            return value;
        }
        if (value instanceof Markup) {
            throw Failure.unsupported("truncate of a text marked as safe");
        }
        String text = text(value, "truncate");
        String start = Strings.substring(text, 0, (int) kept);
        int space = start.lastIndexOf(' ');
        return rendering.made((bound.flag("killwords", false) || space < 0 ? start : start.substring(0, space)) + end);
    }

    private static Object wordCount(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("wordcount");
        String text = rendering.str(value);
        rendering.budget().work(text.length());
        long words = 0;
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            boolean word = c == '_'
                    || Character.isLetterOrDigit(c)
                    || Character.getType(c) == Character.LETTER_NUMBER
                    || Character.getType(c) == Character.OTHER_NUMBER;
            words += word && !inWord ? 1 : 0;
            inWord = word;
        }
        return words;
    }

    private static Object format(Rendering rendering, Object value, Arguments arguments) {
        if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
            throw Failure.of("format takes arguments by place or by name, not both");
        }
        if (value instanceof Markup) {
            throw Failure.unsupported("format of a text marked as safe");
        }
        Object passed = arguments.named().isEmpty() ? Tuple.of(arguments.positional()) : arguments.named();
        return PercentFormat.format(rendering.str(value), passed, rendering);
    }

    private static Object urlEncode(Rendering rendering, Object value, Arguments arguments) {
        arguments.bind("urlencode");
        if (Strings.of(value) != null || !Sequences.isIterable(value)) {
            return rendering.made(quote(rendering.str(value), "/"));
        }
        Iterator<Object> pairs = Sequences.iterate(
                value instanceof Map<?, ?> map ? new DictView(map, DictView.Part.ITEMS) : value, rendering.budget());
        StringBuilder out = new StringBuilder();
        while (pairs.hasNext()) {
            List<Object> pair = Sequences.list(pairs.next(), rendering.budget());
            if (pair.size() != 2) {
                throw Failure.value("urlencode needs pairs of a name and a value");
            }
            out.append(out.isEmpty() ? "" : "&");
            out.append(rendering.made(quote(rendering.str(pair.getFirst()), "").replace("%20", "+")));
            out.append('=');
            out.append(rendering.made(quote(rendering.str(pair.getLast()), "").replace("%20", "+")));
        }
        return rendering.made(out.toString());
    }

    private static String quote(String text, String safe) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0 || safe.indexOf(c) >= 0);
            out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return out.toString();
    }
}
