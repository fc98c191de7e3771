package io.sirocco.eval;

import io.sirocco.eval.TaskGroup.Aggregated;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The metrics of a group: means over all tasks in it, with their standard errors. */
final class GroupScores {

    private GroupScores() {}

    /** @param results of all tasks, by name */
    static Map<String, Object> of(TaskGroup group, Map<String, Map<String, Object>> results) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("alias", group.alias());
        metrics.put("name", group.name());
        if (group.aggregated().isEmpty()) {
            return metrics;
        }
        List<Map<String, Object>> tasks =
                group.tasks().stream().map(task -> results.get(task.name())).toList();
        metrics.put("sample_len", tasks.stream().mapToLong(GroupScores::size).sum());
        Map<String, Object> counts = new LinkedHashMap<>();
        for (Aggregated aggregated : group.aggregated()) {
            for (String filter :
                    aggregated.filters().isEmpty() ? filters(aggregated.metric(), tasks) : aggregated.filters()) {
                add(aggregated, filter, tasks, metrics, counts);
            }
        }
        if (!counts.isEmpty()) {
            metrics.put("sample_count", counts);
        }
        return metrics;
    }

    private static long size(Map<String, Object> task) {
        return (Long) task.get("sample_len");
    }

    private static Set<String> filters(String metric, List<Map<String, Object>> tasks) {
        Set<String> filters = new TreeSet<>();
        for (Map<String, Object> task : tasks) {
            task.keySet().stream()
                    .filter(key -> key.startsWith(metric + ","))
                    .map(key -> key.substring(metric.length() + 1))
                    .forEach(filters::add);
        }
        return filters;
    }

    private static void add(
            Aggregated aggregated,
            String filter,
            List<Map<String, Object>> tasks,
            Map<String, Object> metrics,
            Map<String, Object> counts) {
        String key = aggregated.metric() + "," + filter;
        String errorKey = aggregated.metric() + "_stderr," + filter;
        List<Double> values = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (Map<String, Object> task : tasks) {
            if (task.get(key) instanceof Double value) {
                values.add(value);
                sizes.add(size(task));
                if (task.get(errorKey) instanceof Double error) {
                    errors.add(error);
                }
            }
        }
        if (values.isEmpty()) {
            return;
        }
        boolean weighted = aggregated.weighted();
        double sum = 0;
        long weights = 0;
        for (int i = 0; i < values.size(); i++) {
            long weight = weighted ? sizes.get(i) : 1;
            sum += values.get(i) * weight;
            weights += weight;
        }
        metrics.put(key, sum / weights);
        counts.put(key, sizes.stream().mapToLong(size -> size).sum());
        metrics.put(
                errorKey,
                errors.size() < values.size()
                        ? "N/A"
                        : (Object) (weighted ? pooled(errors, sizes) : unweighted(errors)));
    }

    /** Of the mean over all documents: the pooled variance of the tasks. */
    private static double pooled(List<Double> errors, List<Long> sizes) {
        double squares = 0;
        long documents = 0;
        for (int i = 0; i < errors.size(); i++) {
            long size = sizes.get(i);
            squares += (size - 1) * (errors.get(i) * errors.get(i)) * size;
            documents += size;
        }
        return Math.sqrt(squares / (documents - sizes.size()) / documents);
    }

    /** Of the mean of the tasks' means. */
    private static double unweighted(List<Double> errors) {
        double squares = 0;
        for (double error : errors) {
            squares += error * error;
        }
        return Math.sqrt(squares) / errors.size();
    }
}
