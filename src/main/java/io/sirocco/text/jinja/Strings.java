package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Python's idea of a text: a sequence of code points, and its own idea of what whitespace is. */
final class Strings {
    private Strings() {}

    /** The text of a String or Markup; null for anything else. */
    static String of(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case null, default -> null;
        };
    }

    /** {@code str.isspace} of one character. */
    static boolean isSpace(int c) {
        return switch (c) {
            case ' ',
                    '\t',
                    '\n',
                    0x0b,
                    '\f',
                    '\r',
                    0x1c,
                    0x1d,
                    0x1e,
                    0x1f,
                    0x85,
                    0xa0,
                    0x1680,
                    0x2028,
                    0x2029,
                    0x202f,
                    0x205f,
                    0x3000 -> true;
            default -> c >= 0x2000 && c <= 0x200a;
        };
    }

    static boolean isBlank(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!isSpace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    static List<Object> characters(String text) {
        List<Object> characters = new ArrayList<>(text.length());
        for (int i = 0; i < text.length(); ) {
            int end = i + Character.charCount(text.codePointAt(i));
            characters.add(text.substring(i, end));
            i = end;
        }
        return characters;
    }

    /** Code points {@code from} to {@code to} of a text. */
    static String substring(String text, int from, int to) {
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    /** Without the given characters (null: whitespace) at the chosen ends. */
    static String strip(String text, String characters, boolean left, boolean right) {
        Set<Integer> stripped =
                characters == null ? null : characters.codePoints().boxed().collect(Collectors.toSet());
        int start = 0;
        int end = text.length();
        while (left && start < end && strips(stripped, text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && strips(stripped, text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean strips(Set<Integer> characters, int c) {
        return characters == null ? isSpace(c) : characters.contains(c);
    }

    static String repeat(String text, long times, Budget budget) {
        budget.text(Arithmetic.saturatedProduct(text.length(), times));
        return text.isEmpty() ? "" : text.repeat((int) times);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = Character.charCount(text.codePointAt(0));
        // Lower-cased as a whole first: a sigma is final or not by what stands before it.
        int firstLower = lower(text.substring(0, first)).length();
        return titled(text.codePointAt(0)) + lower(text).substring(firstLower);
    }

    /** {@code str.title}: a word is a run of cased letters. */
    static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isCased(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            out.append(capitalize(text.substring(at, end)));
            if (end < text.length()) {
                out.appendCodePoint(text.codePointAt(end));
                end += Character.charCount(text.codePointAt(end));
            }
            at = end;
        }
        return out.toString();
    }

    private static String titled(int c) {
        int title = Character.toTitleCase(c);
        if (title != c || Character.isTitleCase(c)) {
            return Character.toString(title);
        }
        String upper = upper(Character.toString(c));
        if (length(upper) == 1) {
            return Character.toString(c);
        }
        // A ligature or the like, which becomes several letters: only the first is a capital.
        int first = Character.charCount(upper.codePointAt(0));
        String rest = upper.substring(first);
        return upper.substring(0, first) + (isCased(upper.codePointAt(0)) ? lower(rest) : rest);
    }

    static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    /** Code-point order, as Python compares texts; UTF-16 order differs beyond U+FFFF. */
    static int compare(String a, String b) {
        int n = Math.min(a.length(), b.length());
        for (int i = 0; i < n; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean bothHigh = x >= Character.MIN_SURROGATE && y >= Character.MIN_SURROGATE;
                if (bothHigh && Character.isSurrogate(x) != Character.isSurrogate(y)) {
                    return Character.isSurrogate(x) ? 1 : -1;
                }
                return Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
