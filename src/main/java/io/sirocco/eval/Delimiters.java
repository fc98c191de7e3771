package io.sirocco.eval;

import io.sirocco.text.jinja.Python;

/** Where two texts of a prompt meet. */
final class Delimiters {

    private Delimiters() {}

    /** Two texts, with a delimiter between them if neither is empty or has whitespace there. */
    static String join(String before, String after, String delimiter) {
        if (before == null || before.isEmpty()) {
            return after == null ? "" : after;
        }
        if (after == null || after.isEmpty()) {
            return before;
        }
        return endsWithSpace(before) || beginsWithSpace(after) ? before + after : before + delimiter + after;
    }

    /** Whether a delimiter belongs between them. */
    static boolean meet(String before, String after) {
        return !before.isEmpty() && !endsWithSpace(before) && !beginsWithSpace(after);
    }

    static boolean endsWithSpace(String text) {
        return !text.isEmpty() && Python.isSpace(text.codePointBefore(text.length()));
    }

    private static boolean beginsWithSpace(String text) {
        return !text.isEmpty() && Python.isSpace(text.codePointAt(0));
    }
}
