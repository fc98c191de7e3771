package io.sirocco.eval;

import io.sirocco.eval.AnsweredTask.Answered;
import io.sirocco.eval.Instance.Arguments;
import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.eval.Instance.Rolling;
import io.sirocco.text.jinja.Python;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The scores of a task's documents, as samples and put together. */
final class TaskScores {

    private final Task task;
    private final int bootstrap;
    private final List<Map<String, Object>> samples = new ArrayList<>();
    private final Map<String, List<Object>> raw = new LinkedHashMap<>(); // by "metric,filter"
    private final int docs;

    TaskScores(AnsweredTask answeredTask, int bootstrap) {
        task = answeredTask.task();
        this.bootstrap = bootstrap;
        List<List<Answered>> answered = answeredTask.docs();
        docs = answered.size();
        for (FilterPipeline filter : task.filters()) {
            for (int doc = 0; doc < answered.size(); doc++) {
                try {
                    score(doc, answered.get(doc), filter);
                } catch (EvalException e) {
                    throw new EvalException(task.config().name() + ", document " + doc + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void score(int doc, List<Answered> answered, FilterPipeline filter) {
        Map<String, Object> fields = task.docs().get(doc);
        List<Object> filtered = new ArrayList<>();
        answered.forEach(each -> filtered.add(filter.apply(each.responses(), fields)));
        Map<String, Object> scores = task.metrics().score(task, fields, filtered);
        scores.forEach((metric, score) -> raw.computeIfAbsent(metric + "," + filter.name(), _ -> new ArrayList<>())
                .add(score));
        samples.add(sample(doc, fields, answered, filtered, filter.name(), scores));
    }

    private Map<String, Object> sample(
            int doc,
            Map<String, Object> fields,
            List<Answered> answered,
            List<Object> filtered,
            String filter,
            Map<String, Object> scores) {
        String target = Python.str(task.target(fields));
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("doc_id", (long) doc);
        sample.put("doc", fields);
        sample.put("target", target);
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < answered.size(); i++) {
            arguments.put("gen_args_" + i, arguments(answered.get(i).instance().arguments()));
        }
        sample.put("arguments", arguments);
        sample.put(
                "resps", answered.stream().map(each -> shown(each.responses())).toList());
        sample.put("filtered_resps", shown(filtered));
        sample.put("filter", filter);
        sample.put("metrics", List.copyOf(scores.keySet()));
        sample.put("doc_hash", Digest.of(Python.json(fields, 2)));
        sample.put(
                "prompt_hash",
                Digest.of(answered.getFirst().instance().arguments().prompt()));
        sample.put("target_hash", Digest.of(target));
        sample.putAll(scores);
        return sample;
    }

    private static Map<String, Object> arguments(Arguments arguments) {
        Map<String, Object> named = new LinkedHashMap<>();
        switch (arguments) {
            case Loglikelihood(String context, String continuation) -> {
                named.put("arg_0", context);
                named.put("arg_1", continuation);
            }
            case Rolling(String text) -> named.put("arg_0", text);
            case Generate(String context, Map<String, Object> options) -> {
                named.put("arg_0", context);
                named.put("arg_1", options);
            }
        }
        return named;
    }

    /** As the harness writes responses: every number as text. */
    static Object shown(Object response) {
        return switch (response) {
            case Likelihood(double logprob, boolean isGreedy) -> List.of(Python.str(logprob), Python.str(isGreedy));
            case List<?> list -> list.stream().map(TaskScores::shown).toList();
            case null, default -> Python.str(response);
        };
    }

    Task task() {
        return task;
    }

    int docs() {
        return docs;
    }

    List<Map<String, Object>> samples() {
        return samples;
    }

    /** Name, number of documents, and each metric with its standard error. */
    Map<String, Object> metrics() {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("name", task.config().name());
        metrics.put("alias", task.config().alias());
        metrics.put("sample_len", (long) docs);
        raw.forEach((key, scores) -> {
            String metric = key.substring(0, key.indexOf(','));
            Aggregation aggregation = task.metrics().aggregation(metric);
            metrics.put(key, aggregation.of(scores));
            OptionalDouble error = aggregation.standardError(scores, bootstrap);
            metrics.put(
                    metric + "_stderr" + key.substring(metric.length()),
                    error.isPresent() ? (Object) error.getAsDouble() : "N/A");
        });
        return metrics;
    }
}
