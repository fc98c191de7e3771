package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import io.sirocco.text.jinja.PythonRegex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The functions that the harness's own files of some suites name with {@code !function}. Which suite a file is of, its folder, its data
 * set or its task's name says.
 */
enum BuiltIn {
    HELLASWAG("hellaswag", "utils.process_docs"),
    WINOGRANDE_TEXT("winogrande", "preprocess_winogrande.doc_to_text"),
    WINOGRANDE_TARGET("winogrande", "preprocess_winogrande.doc_to_target"),
    WINOGRANDE_CHOICE("winogrande", "preprocess_winogrande.doc_to_choice"),
    MATH_DOCS("hendrycks_math", "utils.process_docs"),
    MATH_RESULTS("hendrycks_math", "utils.process_results"),
    AGIEVAL_RESULTS("agieval", "utils.process_results"),
    AGIEVAL_CHOICES("agieval", "utils.process_results_mcqa"),
    TRUTHFULQA_MC2("truthfulqa", "utils.process_results_mc2");

    private static final PythonRegex BRACKETS = PythonRegex.compile("\\[.*?\\]");

    private final String suite;
    private final String function;

    BuiltIn(String suite, String function) {
        this.suite = suite;
        this.function = function;
    }

    /** A task's own way to score a document. */
    @FunctionalInterface
    interface Results {
        /**
         * Scores by metric.
         *
         * @param responses of the document's requests, filtered
         */
        Map<String, Object> score(Map<String, Object> doc, List<Object> responses);
    }

    /** What a function is for: its key in a task's file. */
    private boolean isFor(String key) {
        return switch (this) {
            case HELLASWAG, MATH_DOCS -> key.equals("process_docs");
            case WINOGRANDE_TEXT -> key.equals("doc_to_text");
            case WINOGRANDE_TARGET -> key.equals("doc_to_target");
            case WINOGRANDE_CHOICE -> key.equals("doc_to_choice");
            case MATH_RESULTS, AGIEVAL_RESULTS, AGIEVAL_CHOICES, TRUTHFULQA_MC2 -> key.equals("process_results");
        };
    }

    static boolean has(TaskConfig task, String key, FunctionName name) {
        return find(task, key, name).isPresent();
    }

    private static Optional<BuiltIn> find(TaskConfig task, String key, Object value) {
        if (!(value instanceof FunctionName(String name))) {
            return Optional.empty();
        }
        List<String> places = Stream.of(
                        String.valueOf(task.file().getParent().getFileName()),
                        String.valueOf(task.fields().get("dataset_path")),
                        String.valueOf(task.fields().get("task")))
                .map(place -> place.toLowerCase(Locale.ROOT))
                .toList();
        return Stream.of(values())
                .filter(known -> known.function.equals(name) && known.isFor(key))
                .filter(known -> places.stream()
                        .anyMatch(place -> place.contains(known.suite)
                                || (known == TRUTHFULQA_MC2 && place.contains("truthful_qa"))))
                .findFirst();
    }

    /** The documents of a split as the task's process_docs makes them; a shot's own if there is one. */
    static List<Map<String, Object>> docs(TaskConfig task, List<Map<String, Object>> docs, boolean shot) {
        Optional<BuiltIn> found = find(task, "process_docs", task.expression("process_docs", shot));
        if (found.isEmpty()) {
            return docs;
        }
        UnaryOperator<Map<String, Object>> added =
                found.get() == HELLASWAG ? BuiltIn::endings : doc -> Map.of("answer", solution(doc));
        List<Map<String, Object>> processed = new ArrayList<>(docs.size());
        for (Map<String, Object> doc : docs) {
            Map<String, Object> whole = new LinkedHashMap<>(doc);
            whole.putAll(added.apply(doc));
            processed.add(whole);
        }
        return processed;
    }

    /** What a function makes of a document for a key. */
    static Optional<Function<Map<String, Object>, Object>> expression(TaskConfig task, String key, boolean shot) {
        return find(task, key, task.expression(key, shot)).map(found -> switch (found) {
            case WINOGRANDE_TEXT -> doc -> "1".equals(doc.get("answer")) ? 0L : 1L;
            case WINOGRANDE_TARGET -> doc -> Python.strip(text(doc, "sentence").substring(blank(doc) + 1));
            case WINOGRANDE_CHOICE ->
                doc -> {
                    String before = text(doc, "sentence").substring(0, blank(doc));
                    return List.of(before + text(doc, "option1"), before + text(doc, "option2"));
                };
            default -> throw new IllegalStateException(found + " is not for " + key);
        });
    }

    /** How a task's process_results scores a document; empty if it has none. */
    static Optional<Results> results(TaskConfig task) {
        return find(task, "process_results", task.fields().get("process_results"))
                .map(found -> switch (found) {
                    case MATH_RESULTS ->
                        (doc, responses) -> Map.of(
                                "exact_match",
                                MathAnswer.equal(MathAnswer.betweenDollars(answer(responses)), solution(doc))
                                        ? 1L
                                        : 0L);
                    case AGIEVAL_RESULTS ->
                        (doc, responses) ->
                                Map.of("acc", MathAnswer.parsedEqual(answer(responses), text(doc, "answer")) ? 1L : 0L);
                    case AGIEVAL_CHOICES -> BuiltIn::anyOfGold;
                    case TRUTHFULQA_MC2 -> (doc, responses) -> Map.of("acc", truthful(doc, responses));
                    default -> throw new IllegalStateException(found + " is not for process_results");
                });
    }

    private static String text(Map<String, Object> doc, String column) {
        if (!(doc.get(column) instanceof String text)) {
            throw new EvalException(
                    "the column \"" + column + "\" is " + Python.str(doc.get(column)) + "; expected text");
        }
        return text;
    }

    private static List<?> list(Object value, String column) {
        if (!(value instanceof List<?> list)) {
            throw new EvalException("the column \"" + column + "\" is " + Python.str(value) + "; expected a list");
        }
        return list;
    }

    private static String answer(List<Object> responses) {
        if (!(responses.getFirst() instanceof String answer)) {
            throw new EvalException(
                    "a filter leaves " + Python.str(responses.getFirst()) + " of an answer; expected text");
        }
        return answer;
    }

    private static int blank(Map<String, Object> doc) {
        int blank = text(doc, "sentence").indexOf('_');
        if (blank < 0) {
            throw new EvalException("the sentence has no blank, _");
        }
        return blank;
    }

    /** HellaSwag: WikiHow's marks are taken out. */
    private static Map<String, Object> endings(Map<String, Object> doc) {
        String second = text(doc, "ctx_b");
        String capital = second.isEmpty()
                ? ""
                : second.substring(0, second.offsetByCodePoints(0, 1)).toUpperCase(Locale.ROOT)
                        + second.substring(second.offsetByCodePoints(0, 1)).toLowerCase(Locale.ROOT);
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("query", cleaned(text(doc, "activity_label") + ": " + text(doc, "ctx_a") + " " + capital));
        made.put(
                "choices",
                list(doc.get("endings"), "endings").stream()
                        .map(ending -> cleaned(Python.str(ending)))
                        .toList());
        String label = Python.str(doc.get("label")).strip();
        if (!label.matches("[0-9]{1,9}")) {
            throw new EvalException("the label is \"" + label + "\"; expected the index of an ending");
        }
        made.put("gold", Long.valueOf(label));
        return made;
    }

    private static String cleaned(String text) {
        return BRACKETS.replace(Python.strip(text).replace(" [title]", ". "), "", 0)
                .replace("  ", " ");
    }

    private static String solution(Map<String, Object> doc) {
        return MathAnswer.boxed(text(doc, "solution"))
                .orElseThrow(() -> new EvalException("the solution has no answer in \\boxed{}"));
    }

    private static Map<String, Object> anyOfGold(Map<String, Object> doc, List<Object> responses) {
        List<?> gold = list(doc.get("gold"), "gold");
        List<?> choices = list(doc.get("choices"), "choices");
        int best = 0;
        int bestNormed = 0;
        for (int i = 1; i < responses.size(); i++) {
            best = logprob(responses, i) > logprob(responses, best) ? i : best;
            bestNormed = normed(responses, choices, i) > normed(responses, choices, bestNormed) ? i : bestNormed;
        }
        Map<String, Object> scores = new LinkedHashMap<>();
        scores.put("acc", gold.contains((long) best) ? 1.0 : 0.0);
        scores.put("acc_norm", gold.contains((long) bestNormed) ? 1.0 : 0.0);
        return scores;
    }

    private static double logprob(List<Object> responses, int choice) {
        return ((Likelihood) responses.get(choice)).logprob();
    }

    private static double normed(List<Object> responses, List<?> choices, int choice) {
        String text = Python.str(choices.get(choice));
        return logprob(responses, choice) / text.codePointCount(0, text.length());
    }

    /** TruthfulQA: how much of the choices' probability is on true ones. */
    private static double truthful(Map<String, Object> doc, List<Object> responses) {
        Object targets = doc.get("mc2_targets") instanceof Map<?, ?> map ? map.get("labels") : null;
        List<?> labels = list(targets, "mc2_targets.labels");
        double right = 0;
        double all = 0;
        for (int i = 0; i < responses.size(); i++) {
            double probability = Math.exp(logprob(responses, i));
            all += probability;
            right += Long.valueOf(1).equals(labels.get(i)) ? probability : 0;
        }
        return right / all;
    }
}
