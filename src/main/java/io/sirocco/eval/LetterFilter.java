package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import io.sirocco.text.jinja.PythonRegex;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds which choice an answer names, as {@code (A)}: where an expression matches; else where a choice's text stands; else the letter
 * after a colon. Choices are in the document's column of that name.
 */
final class LetterFilter {

    private final Fields entry;
    private final PythonRegex regex;
    private final int select;
    private final String fallback;
    private final boolean ignoreCase;
    private final boolean ignorePunctuation;
    private final List<PythonRegex> ignored;

    private LetterFilter(Fields entry) {
        this.entry = entry;
        regex = ExactMatch.regex(entry, entry.text("regex_pattern", "#### (\\-?[0-9\\.\\,]+)"));
        select = entry.whole("group_select", 0);
        fallback = entry.text("fallback", "[invalid]");
        ignoreCase = entry.flag("ignore_case", false);
        ignorePunctuation = entry.flag("ignore_punctuation", false);
        ignored = entry.texts("regexes_to_ignore").stream()
                .map(text -> ExactMatch.regex(entry, text))
                .toList();
    }

    static ResponseFilter of(Fields entry) {
        LetterFilter filter = new LetterFilter(entry);
        return ResponseFilter.checked(
                entry,
                (responses, doc) -> {
                    List<String> choices = filter.choices(doc);
                    return responses.stream()
                            .map(response -> filter.letter(response instanceof String text ? text : "", choices))
                            .toList();
                },
                "regex_pattern",
                "group_select",
                "fallback",
                "ignore_case",
                "ignore_punctuation",
                "regexes_to_ignore");
    }

    private List<String> choices(Map<String, Object> doc) {
        if (!(doc.get("choices") instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
            throw new EvalException(
                    entry.where() + ": multi_choice_regex needs a column \"choices\" with a list of texts");
        }
        return list.stream()
                .map(choice -> without(Python.strip((String) choice)))
                .toList();
    }

    private String letter(String answer, List<String> choices) {
        String found = ResponseFilter.extract(entry, regex.findAll(answer), select, "");
        if (found.isEmpty()) {
            found = named(without(answer), choices);
        }
        if (found.isEmpty()) {
            String any = IntStream.range(0, choices.size())
                    .mapToObj(LetterFilter::letter)
                    .collect(Collectors.joining("|"));
            PythonRegex afterColon = PythonRegex.compile(":\\s*(" + any + ")");
            String letter = ResponseFilter.extract(entry, afterColon.findAll(answer), select, "");
            found = letter.isEmpty() ? fallback : "(" + letter + ")";
        }
        return found;
    }

    /** The letter of the choice that the answer holds, longer ones first; a choice that is there twice has its last letter. */
    private String named(String answer, List<String> choices) {
        String any = choices.stream()
                .sorted(Comparator.comparingInt((String choice) -> escapedLength(choice))
                        .reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        List<List<String>> matches = Pattern.compile(any)
                .matcher(answer)
                .results()
                .map(match -> List.of(match.group()))
                .toList();
        String found = ResponseFilter.extract(entry, matches, select, "");
        String letter = letters(choices).get(found);
        return letter == null ? found : "(" + letter + ")";
    }

    private static String letter(int choice) {
        return Character.toString('A' + choice);
    }

    private static Map<String, String> letters(List<String> choices) {
        Map<String, String> letters = new LinkedHashMap<>();
        for (int i = 0; i < choices.size(); i++) {
            letters.put(choices.get(i), letter(i));
        }
        return letters;
    }

    /** As long as Python's {@code re.escape} makes it: by that the harness orders choices. */
    private static int escapedLength(String text) {
        String special = "()[]{}?*+-|^$\\.&~# \t\n\r\u000b\f";
        return text.codePointCount(0, text.length())
                + (int) text.chars().filter(c -> special.indexOf(c) >= 0).count();
    }

    private String without(String text) {
        String kept = text;
        for (PythonRegex each : ignored) {
            kept = each.replace(kept, "", 0);
        }
        if (ignoreCase) {
            kept = kept.toLowerCase(Locale.ROOT);
        }
        return ignorePunctuation ? kept.replaceAll("\\p{P}", "") : kept;
    }
}
