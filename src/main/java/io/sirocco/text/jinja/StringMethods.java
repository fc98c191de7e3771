package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Arguments.Bound;
import io.sirocco.text.jinja.Attributes.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The methods of Python's str. Those of a text that is marked as safe HTML do the same and mark their result; the arguments
 * that enter the result are escaped first.
 */
final class StringMethods {
    private static final Map<String, Method> METHODS = new HashMap<>();

    /** The code points of Unicode's Numeric_Type Digit, from and to. */
    private static final int[] OTHER_DIGITS = {
        0xb2, 0xb3, 0xb9, 0xb9, 0x1369, 0x1371, 0x19da, 0x19da, 0x2070, 0x2070, 0x2074, 0x2079, 0x2080, 0x2089, 0x2460,
        0x2468, 0x2474, 0x247c, 0x2488, 0x2490, 0x24ea, 0x24ea, 0x24f5, 0x24fd, 0x24ff, 0x24ff, 0x2776, 0x277e, 0x2780,
        0x2788, 0x278a, 0x2792, 0x10a40, 0x10a43, 0x10e60, 0x10e68, 0x11052, 0x1105a, 0x1f100, 0x1f10a
    };

    static {
        convert("lower", Strings::lower);
        convert("upper", Strings::upper);
        convert("title", Strings::title);
        convert("capitalize", Strings::capitalize);
        convert("swapcase", StringMethods::swapCase);
        test("isspace", text -> every(text, Strings::isSpace));
        test("isalpha", text -> every(text, Character::isLetter));
        test("isdecimal", text -> every(text, Character::isDigit));
        test("isdigit", text -> every(text, StringMethods::isDigit));
        test("isalnum", text -> every(text, c -> Character.isLetter(c) || isNumber(c)));
        test("isascii", text -> text.codePoints().allMatch(c -> c < 128));
        test("isprintable", text -> text.codePoints().allMatch(Repr::isPrintable));
        test("isupper", StringMethods::isUpper);
        test("islower", StringMethods::isLower);
        test("istitle", StringMethods::isTitle);
        METHODS.put("strip", (rendering, text, arguments) -> strip(text, arguments, true, true));
        METHODS.put("lstrip", (rendering, text, arguments) -> strip(text, arguments, true, false));
        METHODS.put("rstrip", (rendering, text, arguments) -> strip(text, arguments, false, true));
        METHODS.put("removeprefix", (rendering, text, arguments) -> {
            String prefix = text(arguments.byPlace("removeprefix", 1, 1).getFirst(), "removeprefix");
            return like(text, of(text).startsWith(prefix) ? of(text).substring(prefix.length()) : of(text));
        });
        METHODS.put("removesuffix", (rendering, text, arguments) -> {
            String suffix = text(arguments.byPlace("removesuffix", 1, 1).getFirst(), "removesuffix");
            boolean ends = !suffix.isEmpty() && of(text).endsWith(suffix);
            return like(text, ends ? of(text).substring(0, of(text).length() - suffix.length()) : of(text));
        });
        METHODS.put("replace", StringMethods::replace);
        METHODS.put("join", StringMethods::join);
        METHODS.put("split", (rendering, text, arguments) -> split(rendering, text, arguments, false));
        METHODS.put("rsplit", (rendering, text, arguments) -> split(rendering, text, arguments, true));
        METHODS.put("splitlines", (rendering, text, arguments) -> {
            boolean keepEnds = arguments.bind("splitlines", "keepends").flag("keepends", false);
            return likeAll(text, Splitting.lines(of(text), keepEnds, rendering.budget()));
        });
        METHODS.put("partition", (rendering, text, arguments) -> partition(rendering, text, arguments, false));
        METHODS.put("rpartition", (rendering, text, arguments) -> partition(rendering, text, arguments, true));
        METHODS.put(
                "startswith",
                (rendering, text, arguments) -> affix("startswith", of(text), arguments, String::startsWith));
        METHODS.put(
                "endswith", (rendering, text, arguments) -> affix("endswith", of(text), arguments, String::endsWith));
        METHODS.put("find", (rendering, text, arguments) -> find("find", rendering, of(text), arguments, false));
        METHODS.put("rfind", (rendering, text, arguments) -> find("rfind", rendering, of(text), arguments, true));
        METHODS.put(
                "index", (rendering, text, arguments) -> found(find("index", rendering, of(text), arguments, false)));
        METHODS.put(
                "rindex", (rendering, text, arguments) -> found(find("rindex", rendering, of(text), arguments, true)));
        METHODS.put("count", StringMethods::count);
        METHODS.put("center", (rendering, text, arguments) -> pad("center", rendering, text, arguments));
        METHODS.put("ljust", (rendering, text, arguments) -> pad("ljust", rendering, text, arguments));
        METHODS.put("rjust", (rendering, text, arguments) -> pad("rjust", rendering, text, arguments));
        METHODS.put("zfill", StringMethods::zeroFill);
        METHODS.put("expandtabs", StringMethods::expandTabs);
        METHODS.put("format", (rendering, text, arguments) -> {
            if (text instanceof Markup) {
                throw Failure.unsupported(".format() of a text marked as safe");
            }
            return BraceFormat.format(of(text), arguments, rendering);
        });
    }

    private StringMethods() {}

    static Method named(String name) {
        return METHODS.get(name);
    }

    private static void convert(String name, UnaryOperator<String> conversion) {
        METHODS.put(name, (rendering, text, arguments) -> {
            arguments.byPlace(name, 0, 0);
            return like(text, rendering.made(conversion.apply(of(text))));
        });
    }

    private static void test(String name, Predicate<String> test) {
        METHODS.put(name, (rendering, text, arguments) -> {
            arguments.byPlace(name, 0, 0);
            rendering.budget().work(of(text).length());
            return test.test(of(text));
        });
    }

    private static String of(Object receiver) {
        return Strings.of(receiver);
    }

    /** A result of the receiver's kind. */
    private static Object like(Object receiver, String result) {
        return receiver instanceof Markup ? new Markup(result) : result;
    }

    private static List<Object> likeAll(Object receiver, List<String> results) {
        List<Object> all = new ArrayList<>(results.size());
        results.forEach(result -> all.add(like(receiver, result)));
        return all;
    }

    /** An argument that enters the result: escaped if the receiver is safe HTML. */
    private static String entering(Object receiver, Object argument, String method, Budget budget) {
        return receiver instanceof Markup ? Markup.escape(argument, budget).text() : text(argument, method);
    }

    private static String text(Object argument, String method) {
        if (argument instanceof Undefined undefined) {
            throw undefined.failure();
        }
        String text = Strings.of(argument);
        if (text == null) {
            throw Failure.type(
                    method + "() needs a string, not '" + Repr.typeName(argument) + "'; convert it with | string");
        }
        return text;
    }

    private static Object strip(Object text, Arguments arguments, boolean left, boolean right) {
        List<Object> passed = text instanceof Markup
                ? java.util.Collections.singletonList(
                        arguments.bind("strip", "chars").get("chars", null))
                : arguments.byPlace("strip", 0, 1);
        Object characters = passed.isEmpty() ? null : passed.getFirst();
        return like(text, Strings.strip(of(text), characters == null ? null : text(characters, "strip"), left, right));
    }

    private static Object replace(Rendering rendering, Object receiver, Arguments arguments) {
        List<Object> passed = arguments.byPlace("replace", 2, 3);
        String old = text(passed.getFirst(), "replace");
        String replacement = entering(receiver, passed.get(1), "replace", rendering.budget());
        long limit = passed.size() > 2 ? Numbers.whole(passed.get(2), "replace") : -1;
        return like(receiver, Splitting.replace(of(receiver), old, replacement, limit, rendering.budget()));
    }

    private static Object join(Rendering rendering, Object receiver, Arguments arguments) {
        Budget budget = rendering.budget();
        StringBuilder out = new StringBuilder();
        Iterator<Object> parts =
                Sequences.iterate(arguments.byPlace("join", 1, 1).getFirst(), budget);
        while (parts.hasNext()) {
            String part = entering(receiver, parts.next(), "join", budget);
            budget.text(
                    (long) out.length() + part.length() > Budget.MAX_OUTPUT
                            ? out.length() + (long) part.length()
                            : part.length());
            out.append(part);
            if (parts.hasNext()) {
                budget.text(of(receiver).length());
                out.append(of(receiver));
            }
        }
        return like(receiver, out.toString());
    }

    private static Object split(Rendering rendering, Object receiver, Arguments arguments, boolean fromRight) {
        Bound bound = arguments.bind("split", "sep", "maxsplit");
        Object separator = bound.get("sep", null);
        long limit = bound.whole("maxsplit", -1);
        long splits = limit < 0 ? Long.MAX_VALUE : limit;
        List<String> parts = separator == null
                ? Splitting.atSpace(of(receiver), splits, fromRight, rendering.budget())
                : Splitting.at(of(receiver), text(separator, "split"), splits, fromRight, rendering.budget());
        return likeAll(receiver, parts);
    }

    private static Object partition(Rendering rendering, Object receiver, Arguments arguments, boolean fromRight) {
        String text = of(receiver);
        String separator = text(arguments.byPlace("partition", 1, 1).getFirst(), "partition");
        List<String> parts = Splitting.at(text, separator, 1, fromRight, rendering.budget());
        List<String> three = parts.size() == 2
                ? List.of(parts.getFirst(), separator, parts.getLast())
                : fromRight ? List.of("", "", text) : List.of(text, "", "");
        return Tuple.of(likeAll(receiver, three));
    }

    private interface Affix {
        boolean matches(String text, String affix);
    }

    private static Object affix(String method, String text, Arguments arguments, Affix affix) {
        List<Object> passed = arguments.byPlace(method, 1, 3);
        Window window = Window.of(text, passed, method);
        List<Object> candidates = passed.getFirst() instanceof Tuple tuple
                ? tuple.items()
                : List.of(passed.getFirst() == null ? "" : passed.getFirst());
        if (passed.getFirst() == null) {
            throw Failure.type(method + "() needs a string or a tuple of strings, not none");
        }
        boolean matches = false;
        for (Object candidate : candidates) {
            boolean here = affix.matches(window.text(), text(candidate, method));
            matches = matches || (window.valid() && here);
        }
        return matches;
    }

    private static Long find(String method, Rendering rendering, String text, Arguments arguments, boolean last) {
        List<Object> passed = arguments.byPlace(method, 1, 3);
        String sought = text(passed.getFirst(), method);
        Window window = Window.of(text, passed, method);
        if (!window.valid()) {
            return -1L;
        }
        String inside = window.text();
        int at = last
                ? Search.last(inside, sought, inside.length(), rendering.budget())
                : Search.first(inside, sought, 0, rendering.budget());
        return at < 0 ? -1L : (long) window.start() + inside.codePointCount(0, at);
    }

    private static Long found(Long offset) {
        if (offset < 0) {
            throw Failure.value("index() does not find the substring; use find(), which gives -1");
        }
        return offset;
    }

    private static Object count(Rendering rendering, Object receiver, Arguments arguments) {
        List<Object> passed = arguments.byPlace("count", 1, 3);
        String sought = text(passed.getFirst(), "count");
        Window window = Window.of(of(receiver), passed, "count");
        if (!window.valid()) {
            return 0L;
        }
        return sought.isEmpty()
                ? Strings.length(window.text()) + 1L
                : (long) Search.all(window.text(), sought, Long.MAX_VALUE, rendering.budget())
                        .size();
    }

    /** The part of a text that the optional second and third argument of a method choose. */
    private record Window(String text, int start, boolean valid) {

        static Window of(String text, List<Object> passed, String method) {
            if (passed.size() < 2) {
                return new Window(text, 0, true);
            }
            int length = Strings.length(text);
            long start = bound(passed.get(1), 0, length, method);
            long end = passed.size() > 2 ? Math.min(bound(passed.get(2), length, length, method), length) : length;
            return start > end || start > length
                    ? new Window("", 0, false)
                    : new Window(Strings.substring(text, (int) start, (int) end), (int) start, true);
        }

        private static long bound(Object value, int otherwise, int length, String method) {
            if (value == null) {
                return otherwise;
            }
            long index = Numbers.whole(value, method);
            return index < 0 ? Math.max(0, index + length) : index;
        }
    }

    private static Object pad(String method, Rendering rendering, Object receiver, Arguments arguments) {
        List<Object> passed = arguments.byPlace(method, 1, 2);
        long width = Numbers.whole(passed.getFirst(), method);
        String fill = passed.size() > 1 ? entering(receiver, passed.get(1), method, rendering.budget()) : " ";
        if (Strings.length(fill) != 1) {
            throw Failure.type(method + "() needs exactly one character to fill with");
        }
        return like(receiver, pad(method, of(receiver), width, fill, rendering.budget()));
    }

    /** A text widened to {@code width} characters by {@code center}, {@code ljust} or {@code rjust}. */
    static String pad(String method, String text, long width, String fill, Budget budget) {
        long missing = width - Strings.length(text);
        if (missing <= 0) {
            return text;
        }
        long left = switch (method) {
            case "ljust" -> 0;
            case "rjust" -> missing;
            default -> missing / 2 + (missing & width & 1);
        };
        return Strings.repeat(fill, left, budget) + text + Strings.repeat(fill, missing - left, budget);
    }

    private static Object zeroFill(Rendering rendering, Object receiver, Arguments arguments) {
        long width = Numbers.whole(arguments.byPlace("zfill", 1, 1).getFirst(), "zfill");
        String text = of(receiver);
        long missing = width - Strings.length(text);
        if (missing <= 0) {
            return receiver;
        }
        String zeros = Strings.repeat("0", missing, rendering.budget());
        boolean signed = text.startsWith("+") || text.startsWith("-");
        return like(receiver, signed ? text.charAt(0) + zeros + text.substring(1) : zeros + text);
    }

    private static Object expandTabs(Rendering rendering, Object receiver, Arguments arguments) {
        long size = arguments.bind("expandtabs", "tabsize").whole("tabsize", 8);
        StringBuilder out = new StringBuilder();
        long column = 0;
        for (int c : of(receiver).codePoints().toArray()) {
            if (c == '\t') {
                long spaces = size > 0 ? size - column % size : 0;
                out.append(Strings.repeat(" ", spaces, rendering.budget()));
                column += spaces;
            } else {
                out.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return like(receiver, rendering.made(out.toString()));
    }

    private static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            out.append(
                    Character.isUpperCase(c)
                            ? Strings.lower(character)
                            : Character.isLowerCase(c) ? Strings.upper(character) : character);
        });
        return out.toString();
    }

    private static boolean every(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    /** Unicode's Numeric_Type Decimal or Digit: also superscripts, subscripts and circled digits. */
    private static boolean isDigit(int c) {
        if (Character.isDigit(c)) {
            return true;
        }
        for (int i = 0; i < OTHER_DIGITS.length; i += 2) {
            if (c >= OTHER_DIGITS[i] && c <= OTHER_DIGITS[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNumber(int c) {
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.OTHER_NUMBER, Character.LETTER_NUMBER -> true;
            default -> isDigit(c);
        };
    }

    static boolean isUpper(String text) {
        return text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c))
                && text.codePoints().anyMatch(Character::isUpperCase);
    }

    static boolean isLower(String text) {
        return text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c))
                && text.codePoints().anyMatch(Character::isLowerCase);
    }

    private static boolean isTitle(String text) {
        boolean inWord = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
            boolean lower = Character.isLowerCase(c);
            if ((upper && inWord) || (lower && !inWord)) {
                return false;
            }
            inWord = upper || lower;
            any = any || inWord;
        }
        return any;
    }
}
