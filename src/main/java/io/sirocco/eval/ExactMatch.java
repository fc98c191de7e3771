package io.sirocco.eval;

import io.sirocco.text.jinja.PythonRegex;
import java.util.List;
import java.util.Locale;

/**
 * Whether an answer is what was expected, but for what does not count.
 *
 * @param ignored taken out of both, one after another
 */
record ExactMatch(List<PythonRegex> ignored, boolean ignoreCase, boolean ignorePunctuation, boolean ignoreNumbers) {

    static ExactMatch of(Fields entry) {
        return new ExactMatch(
                entry.texts("regexes_to_ignore").stream()
                        .map(regex -> regex(entry, regex))
                        .toList(),
                entry.flag("ignore_case", false),
                entry.flag("ignore_punctuation", false),
                entry.flag("ignore_numbers", false));
    }

    static PythonRegex regex(Fields where, String regex) {
        try {
            return PythonRegex.compile(regex);
        } catch (IllegalArgumentException e) {
            throw new EvalException(where.where() + ": " + e.getMessage(), e);
        }
    }

    /** Whether everything counts. */
    boolean isPlain() {
        return ignored.isEmpty() && !ignoreCase && !ignorePunctuation && !ignoreNumbers;
    }

    boolean matches(String answer, String expected) {
        return normal(answer).equals(normal(expected));
    }

    private String normal(String text) {
        String kept = text;
        for (PythonRegex regex : ignored) {
            kept = regex.replace(kept, "", 0);
        }
        if (ignoreCase) {
            kept = kept.toLowerCase(Locale.ROOT);
        }
        if (ignorePunctuation) {
            kept = kept.replaceAll("[!-/:-@\\[-`{-~]", "");
        }
        return ignoreNumbers ? kept.replaceAll("[0-9]", "") : kept;
    }
}
