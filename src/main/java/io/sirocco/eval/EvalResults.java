package io.sirocco.eval;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/**
 * Metrics and samples, in lm-evaluation-harness's schema.
 *
 * @param results what {@code results_<date>.json} holds, by key: results, groups, configs, versions and so on
 * @param samples by task: what each line of {@code samples_<task>_<date>.jsonl} holds
 */
public record EvalResults(Map<String, Object> results, Map<String, List<Map<String, Object>>> samples)
        implements Outcome {

    /** Tables of tasks and, if there are any, of groups, as the harness prints them. */
    @Override
    public String text() {
        String tasks = ResultTable.of(results, "results");
        return results.containsKey("groups") ? tasks + "\n" + ResultTable.of(results, "groups") : tasks;
    }

    @Override
    public void write(ResultFolder folder, LocalDateTime date) {
        ResultFiles.write(this, folder, date);
    }

    /**
     * A metric's value, such as {@code acc,none} or {@code acc_stderr,none} of a task or group; {@code "N/A"} for a standard error that
     * there is not, null for a metric that there is not.
     */
    public Object metric(String task, String key) {
        return results.get("results") instanceof Map<?, ?> all && all.get(task) instanceof Map<?, ?> metrics
                ? metrics.get(key)
                : null;
    }
}
