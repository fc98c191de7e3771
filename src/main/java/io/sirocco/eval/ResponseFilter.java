package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import io.sirocco.text.jinja.PythonRegex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What is made of the responses to one request, with the harness's names: a shorter or changed list of them, or one. */
@FunctionalInterface
interface ResponseFilter {

    /**
     * Filters the responses to one request.
     *
     * @param doc the document that was asked
     */
    Object apply(List<?> responses, Map<String, Object> doc);

    static ResponseFilter takeFirst() {
        return (responses, _) -> responses.getFirst();
    }

    /** The filter that an entry of a filter_list names. */
    static ResponseFilter of(Fields entry) {
        return switch (entry.requiredText("function")) {
            case "take_first" -> checked(entry, takeFirst());
            case "take_first_k" -> firstK(entry);
            case "majority_vote" -> checked(entry, (responses, _) -> majority(responses));
            case "regex" -> regex(entry);
            case "multi_choice_regex" -> LetterFilter.of(entry);
            case "map" -> map(entry);
            case "lowercase" -> checked(entry, each(text -> text.toLowerCase(Locale.ROOT)));
            case "uppercase" -> checked(entry, each(text -> text.toUpperCase(Locale.ROOT)));
            case "remove_whitespace" -> checked(entry, each(Python::strip));
            default ->
                throw entry.wrong(
                        "function",
                        "one of take_first, take_first_k, majority_vote, regex, multi_choice_regex, map, lowercase,"
                                + " uppercase, remove_whitespace");
        };
    }

    static ResponseFilter checked(Fields entry, ResponseFilter filter, String... options) {
        Set<String> known = new java.util.HashSet<>(List.of(options));
        known.add("function");
        entry.allow(known);
        return filter;
    }

    private static ResponseFilter each(Function<String, Object> change) {
        return (responses, _) -> responses.stream()
                .map(response -> change.apply(response instanceof String text ? text : ""))
                .toList();
    }

    private static ResponseFilter firstK(Fields entry) {
        int k = entry.whole("k", 0);
        return checked(
                entry,
                (responses, _) -> {
                    if (responses.size() < k) {
                        throw new EvalException(entry.where() + ": take_first_k takes " + k + " of " + responses.size()
                                + " responses; set repeats to as many");
                    }
                    return responses.subList(0, k);
                },
                "k");
    }

    /** The most frequent; of equally frequent ones that which came first. */
    private static Object majority(List<?> responses) {
        Map<Object, Integer> counts = new LinkedHashMap<>();
        responses.forEach(response -> counts.merge(response, 1, Integer::sum));
        Map.Entry<Object, Integer> most = null;
        for (Map.Entry<Object, Integer> count : counts.entrySet()) {
            most = most == null || count.getValue() > most.getValue() ? count : most;
        }
        return List.of(most.getKey());
    }

    private static ResponseFilter regex(Fields entry) {
        PythonRegex regex = ExactMatch.regex(entry, entry.text("regex_pattern", "#### (\\-?[0-9\\.\\,]+)"));
        int select = entry.whole("group_select", 0);
        String fallback = entry.text("fallback", "[invalid]");
        return checked(
                entry,
                each(text -> extract(entry, regex.findAll(text), select, fallback)),
                "regex_pattern",
                "group_select",
                "fallback");
    }

    /** The chosen match's first group that is not empty, or the match itself. */
    static String extract(Fields entry, List<List<String>> matches, int select, String fallback) {
        if (matches.isEmpty()) {
            return fallback;
        }
        int place = select < 0 ? select + matches.size() : select;
        if (place < 0 || place >= matches.size()) {
            throw new EvalException(entry.where() + ": group_select is " + select + ", but an answer has "
                    + matches.size() + " matches");
        }
        List<String> groups = matches.get(place);
        String found = groups.size() == 1
                ? groups.getFirst()
                : groups.stream().filter(group -> !group.isEmpty()).findFirst().orElse(fallback);
        return Python.strip(found);
    }

    private static ResponseFilter map(Fields entry) {
        Map<String, Object> mapping = entry.map("mapping_dict").values();
        Object otherwise = entry.get("default_value");
        return checked(
                entry,
                (responses, _) -> {
                    List<Object> mapped = new java.util.ArrayList<>();
                    responses.forEach(response -> mapped.add(
                            response instanceof String text && mapping.containsKey(text)
                                    ? mapping.get(text)
                                    : otherwise));
                    return mapped;
                },
                "mapping_dict",
                "default_value");
    }
}
