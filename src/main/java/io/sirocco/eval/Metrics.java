package io.sirocco.eval;

import io.sirocco.eval.Aggregation.Statistic;
import io.sirocco.text.jinja.Python;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The metrics of a task: what each document scores. How these are put together is {@link Aggregation}'s. */
final class Metrics {

    private final Map<Metric, Fields> chosen = new LinkedHashMap<>();
    private final Map<String, Aggregation> aggregations = new LinkedHashMap<>();
    private final Map<String, Boolean> higherIsBetter = new LinkedHashMap<>();
    private final ExactMatch match;
    private final Optional<BuiltIn.Results> results;

    private Metrics(TaskConfig task) {
        OutputType type = task.outputType();
        results = BuiltIn.results(task);
        if (task.fields().has("metric_list")) {
            for (Fields entry : task.fields().list("metric_list")) {
                add(Metric.of(entry, type, results.isPresent()), entry);
            }
        } else {
            Metric.defaults(type)
                    .forEach(metric -> add(metric, new Fields(task.file().toString(), Map.of())));
        }
        Fields options = chosen.get(Metric.EXACT_MATCH);
        match = options == null ? null : ExactMatch.of(options);
    }

    static Metrics of(TaskConfig task) {
        return new Metrics(task);
    }

    private void add(Metric metric, Fields entry) {
        chosen.put(metric, entry);
        aggregations.put(metric.key(), Aggregation.of(entry, metric));
        higherIsBetter.put(metric.key(), entry.flag("higher_is_better", metric.higherIsBetter));
    }

    Aggregation aggregation(String metric) {
        return aggregations.get(metric);
    }

    Map<String, Boolean> higherIsBetter() {
        return higherIsBetter;
    }

    /** Whether choices are scored without their context as well. */
    boolean needsUnconditional() {
        return chosen.containsKey(Metric.ACC_MUTUAL_INFO);
    }

    /**
     * What a document scores.
     *
     * @param responses of its requests, filtered
     * @return by metric: a number, or what its aggregation takes
     */
    Map<String, Object> score(Task task, Map<String, Object> doc, List<Object> responses) {
        if (results.isPresent()) {
            return results.get().score(doc, responses);
        }
        Map<Metric, Object> scores = new EnumMap<>(Metric.class);
        switch (task.config().outputType()) {
            case LOGLIKELIHOOD -> loglikelihood((Likelihood) responses.getFirst(), scores);
            case LOGLIKELIHOOD_ROLLING -> rolling(Python.str(task.target(doc)), (Double) responses.getFirst(), scores);
            case MULTIPLE_CHOICE ->
                choices(
                        task,
                        doc,
                        responses.stream().map(Likelihood.class::cast).toList(),
                        scores);
            case GENERATE_UNTIL -> generated(task, doc, responses.getFirst(), scores);
        }
        Map<String, Object> named = new LinkedHashMap<>();
        scores.forEach((metric, score) -> {
            if (chosen.containsKey(metric)) {
                named.put(metric.key(), score);
            }
        });
        return named;
    }

    private static void loglikelihood(Likelihood likelihood, Map<Metric, Object> scores) {
        scores.put(Metric.PERPLEXITY, likelihood.logprob());
        scores.put(Metric.ACC, likelihood.isGreedy() ? 1L : 0L);
    }

    private static void rolling(String text, double logprob, Map<Metric, Object> scores) {
        long words = words(text);
        long bytes = text.getBytes(StandardCharsets.UTF_8).length;
        scores.put(Metric.WORD_PERPLEXITY, List.of(logprob, words));
        scores.put(Metric.BYTE_PERPLEXITY, List.of(logprob, bytes));
        scores.put(Metric.BITS_PER_BYTE, List.of(logprob, bytes));
    }

    /** As many as there are runs of whitespace, and one. */
    private static long words(String text) {
        long runs = 0;
        boolean space = false;
        for (int c : text.codePoints().toArray()) {
            runs += Python.isSpace(c) && !space ? 1 : 0;
            space = Python.isSpace(c);
        }
        return runs + 1;
    }

    private static void choices(
            Task task, Map<String, Object> doc, List<Likelihood> likelihoods, Map<Metric, Object> scores) {
        List<String> choices = task.choices(doc);
        int n = choices.size();
        List<Likelihood> conditional = likelihoods.subList(0, n);
        double[] logprobs =
                conditional.stream().mapToDouble(Likelihood::logprob).toArray();
        int best = best(logprobs, choices, _ -> 1);
        int bestNormed = best(logprobs, choices, choice -> choice.codePointCount(0, choice.length()));
        int bestByBytes = best(logprobs, choices, choice -> choice.getBytes(StandardCharsets.UTF_8).length);
        List<Integer> golds = golds(task.gold(doc), choices, task.multipleTarget());
        int gold = golds.isEmpty() ? -100 : golds.getFirst();
        scores.put(Metric.ACC, truth(golds.contains(best)));
        scores.put(Metric.F1, List.of((long) gold, (long) best));
        scores.put(Metric.MCC, List.of((long) gold, (long) best));
        scores.put(Metric.ACC_NORM, truth(golds.contains(bestNormed)));
        scores.put(Metric.ACC_BYTES, truth(golds.contains(bestByBytes)));
        boolean greedy = golds.stream()
                .anyMatch(right -> right >= 0 && conditional.get(right).isGreedy());
        scores.put(Metric.EXACT_MATCH, greedy ? 1L : 0L);
        scores.put(Metric.BRIER_SCORE, List.of((long) gold, softmax(logprobs)));
        if (likelihoods.size() == 2 * n) {
            double[] information = new double[n];
            for (int i = 0; i < n; i++) {
                information[i] = logprobs[i] - likelihoods.get(n + i).logprob();
            }
            scores.put(Metric.ACC_MUTUAL_INFO, truth(best(information, choices, _ -> 1) == gold));
        }
    }

    private static double truth(boolean is) {
        return is ? 1.0 : 0.0;
    }

    /** The choice with the greatest logprob per unit of its length, the first of equals. */
    private static int best(double[] logprobs, List<String> choices, ToDoubleFunction<String> length) {
        int best = 0;
        double greatest = Double.NaN;
        for (int i = 0; i < logprobs.length; i++) {
            double normed = logprobs[i] / length.applyAsDouble(choices.get(i));
            if (Double.isNaN(greatest) || normed > greatest) {
                greatest = normed;
                best = i;
            }
        }
        return best;
    }

    /** Indices of the right choices; -100 for what is none of them. */
    private static List<Integer> golds(Object gold, List<String> choices, boolean many) {
        if (many && gold instanceof List<?> list) {
            return list.stream().map(each -> index(each, choices)).toList();
        }
        return List.of(index(gold, choices));
    }

    private static int index(Object gold, List<String> choices) {
        long index = switch (gold) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            case String text -> choices.indexOf(text);
            case null, default ->
                throw new EvalException("the right answer is " + Python.str(gold) + "; expected a choice or its index");
        };
        return index < 0 || index >= choices.size() ? -100 : (int) index;
    }

    private static List<Double> softmax(double[] logprobs) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logprob : logprobs) {
            max = Math.max(max, logprob);
        }
        double sum = 0;
        List<Double> probabilities = new ArrayList<>(logprobs.length);
        for (double logprob : logprobs) {
            probabilities.add(Math.exp(logprob - max));
            sum += Math.exp(logprob - max);
        }
        double total = sum;
        probabilities.replaceAll(probability -> probability / total);
        return probabilities;
    }

    private void generated(Task task, Map<String, Object> doc, Object response, Map<Metric, Object> scores) {
        Object target = task.target(doc);
        if (task.hasChoices()) {
            List<String> choices = task.choices(doc);
            int right = index(target, choices);
            if (right < 0) {
                throw new EvalException(
                        "the right answer is " + Python.str(target) + "; expected the index of a choice");
            }
            target = choices.get(right);
        }
        boolean many = task.multipleTarget() && !task.hasChoices();
        List<?> expected = many && target instanceof List<?> list ? list : Collections.singletonList(target);
        if (match != null) {
            scores.put(Metric.EXACT_MATCH, matched(task, response, expected, many));
        }
        if (chosen.containsKey(Metric.F1) || chosen.containsKey(Metric.MCC)) {
            Object right = response instanceof Long ? whole(target) : Python.str(target);
            scores.put(Metric.F1, Arrays.asList(right, response));
            scores.put(Metric.MCC, Arrays.asList(right, response));
        }
        scores.put(Metric.BYPASS, null);
    }

    /** Whether the answer is one of those expected; of answers that no filter takes the first of, how many are. */
    private double matched(Task task, Object response, List<?> expected, boolean many) {
        return switch (response) {
            case String answer -> truth(expected.stream().anyMatch(each -> match.matches(answer, Python.str(each))));
            case Long number
            when match.isPlain() ->
                truth(expected.stream().anyMatch(each -> whole(each).equals(number)));
            case List<?> answers
            when (!many || answers.size() == 1) && match.ignored().isEmpty() ->
                answers.stream()
                        .mapToDouble(answer -> truth(expected.stream()
                                .anyMatch(each -> answer instanceof String text
                                        && each instanceof String wanted
                                        && match.matches(text, wanted))))
                        .average()
                        .orElseThrow();
            case null, default ->
                throw new EvalException(task.config().name() + ": a filter leaves " + Python.str(response)
                        + " of an answer; end filter_list with take_first, and give map a default_value of text");
        };
    }

    /** A target for answers that are whole numbers. */
    private static Object whole(Object target) {
        return switch (target) {
            case Long number -> number;
            case Boolean truth -> truth ? 1L : 0L;
            case String text when text.strip().matches("[+-]?[0-9]{1,18}") -> Long.valueOf(text.strip());
            case null, default ->
                throw new EvalException(
                        "the right answer is " + Python.str(target) + "; expected a whole number, as the filters give");
        };
    }

    /** Which statistics there are, for messages. */
    static List<String> statistics() {
        return Arrays.stream(Statistic.values()).map(Statistic::key).toList();
    }
}
