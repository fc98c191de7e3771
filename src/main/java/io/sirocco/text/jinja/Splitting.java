package io.sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** Takes texts apart and puts them together again: split, splitlines, replace. */
final class Splitting {
    private Splitting() {}

    /** At each separator, at most {@code splits} times, counted from the left or the right. */
    static List<String> at(String text, String separator, long splits, boolean fromRight, Budget budget) {
        if (separator.isEmpty()) {
            throw Failure.value("a text cannot be split at an empty separator");
        }
        budget.text(text.length());
        List<String> parts = new ArrayList<>();
        if (fromRight) {
            int end = text.length();
            for (long left = splits; left > 0; left--) {
                int at = Search.last(text, separator, end, budget);
                if (at < 0) {
                    break;
                }
                budget.elements(1);
                parts.add(text.substring(at + separator.length(), end));
                end = at;
            }
            parts.add(text.substring(0, end));
            return parts.reversed();
        }
        int start = 0;
        for (int at : Search.all(text, separator, splits, budget)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** At each run of whitespace, which leaves no empty parts, at most {@code splits} times. */
    static List<String> atSpace(String text, long splits, boolean fromRight, Budget budget) {
        budget.text(text.length());
        List<String> parts = new ArrayList<>();
        String rest = Strings.strip(text, null, true, true);
        if (fromRight) {
            int end = rest.length();
            while (end > 0) {
                int start = parts.size() == splits ? 0 : wordStart(rest, end);
                budget.elements(1);
                parts.add(
                        parts.size() == splits
                                ? Strings.strip(text.substring(0, offset(text) + end), null, false, true)
                                : rest.substring(start, end));
                end = start;
                while (end > 0 && Strings.isSpace(rest.charAt(end - 1))) {
                    end--;
                }
            }
            return parts.reversed();
        }
        int start = 0;
        while (start < rest.length()) {
            budget.elements(1);
            if (parts.size() == splits) {
                parts.add(Strings.strip(text, null, true, false).substring(start));
                break;
            }
            int end = start;
            while (end < rest.length() && !Strings.isSpace(rest.charAt(end))) {
                end++;
            }
            parts.add(rest.substring(start, end));
            start = end;
            while (start < rest.length() && Strings.isSpace(rest.charAt(start))) {
                start++;
            }
        }
        return parts;
    }

    private static int wordStart(String text, int end) {
        int start = end;
        while (start > 0 && !Strings.isSpace(text.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    /** Where the text begins after its leading whitespace. */
    private static int offset(String text) {
        return text.length() - Strings.strip(text, null, true, false).length();
    }

    static List<String> lines(String text, boolean keepEnds, Budget budget) {
        budget.text(text.length());
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isLineEnd(text.charAt(i))) {
                int end = i + 1;
                if (text.charAt(i) == '\r' && end < text.length() && text.charAt(end) == '\n') {
                    end++;
                }
                budget.elements(1);
                lines.add(text.substring(start, keepEnds ? end : i));
                start = end;
                i = end - 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    private static boolean isLineEnd(char c) {
        return switch (c) {
            case '\n', 0x0b, '\f', '\r', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029 -> true;
            default -> false;
        };
    }

    /** With at most {@code limit} occurrences replaced, all if negative; an empty {@code old} stands between all characters. */
    static String replace(String text, String old, String replacement, long limit, Budget budget) {
        long most = limit < 0 ? Long.MAX_VALUE : limit;
        List<Integer> offsets = old.isEmpty() ? boundaries(text, most, budget) : Search.all(text, old, most, budget);
        budget.text(text.length()
                + Arithmetic.saturatedProduct(offsets.size(), Math.max(0, replacement.length() - old.length())));
        StringBuilder out = new StringBuilder();
        int start = 0;
        for (int at : offsets) {
            out.append(text, start, at).append(replacement);
            start = at + old.length();
        }
        return out.append(text, start, text.length()).toString();
    }

    private static List<Integer> boundaries(String text, long most, Budget budget) {
        budget.elements(Math.min(most, text.length() + 1L));
        List<Integer> boundaries = new ArrayList<>();
        for (int at = 0; at <= text.length() && boundaries.size() < most; at++) {
            boundaries.add(at);
            if (at < text.length() && Character.charCount(text.codePointAt(at)) == 2) {
                at++;
            }
        }
        return boundaries;
    }
}
