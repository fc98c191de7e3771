package io.sirocco.eval;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A group of tasks and groups.
 *
 * @param members in order
 * @param aggregated metrics that the group has as a whole; empty if it has none
 */
record TaskGroup(String name, String alias, Object version, List<TaskNode> members, List<Aggregated> aggregated)
        implements TaskNode {

    /**
     * A metric of a whole group: the mean of its tasks'.
     *
     * @param filters whose results count; empty for all that there are
     * @param weighted whether each task counts by its documents, not once
     */
    record Aggregated(String metric, List<String> filters, boolean weighted) {}

    /** All tasks in it, those of its groups included. */
    List<TaskConfig> tasks() {
        return members.stream().flatMap(TaskGroup::tasks).toList();
    }

    static Stream<TaskConfig> tasks(TaskNode node) {
        return switch (node) {
            case TaskConfig task -> Stream.of(task);
            case TaskGroup group -> group.members().stream().flatMap(TaskGroup::tasks);
        };
    }

    /** It and all groups in it, members before what they are members of. */
    static Stream<TaskGroup> groups(TaskNode node) {
        return switch (node) {
            case TaskConfig _ -> Stream.empty();
            case TaskGroup group ->
                Stream.concat(group.members().stream().flatMap(TaskGroup::groups), Stream.of(group));
        };
    }

    /** The same tree with other tasks. */
    static TaskNode map(TaskNode node, UnaryOperator<TaskConfig> change) {
        return switch (node) {
            case TaskConfig task -> change.apply(task);
            case TaskGroup group ->
                new TaskGroup(
                        group.name,
                        group.alias,
                        group.version,
                        group.members.stream()
                                .map(member -> map(member, change))
                                .toList(),
                        group.aggregated);
        };
    }

    static List<Aggregated> aggregated(Fields group) {
        Object given = group.get("aggregate_metric_list");
        if (given == null) {
            return List.of();
        }
        List<Fields> metrics = given instanceof Map<?, ?>
                ? List.of(group.map("aggregate_metric_list"))
                : group.list("aggregate_metric_list");
        return metrics.stream().map(TaskGroup::aggregatedMetric).toList();
    }

    private static Aggregated aggregatedMetric(Fields metric) {
        metric.allow(Set.of("metric", "filter_list", "aggregation", "weight_by_size"));
        if (!metric.text("aggregation", "mean").equals("mean")) {
            throw metric.wrong("aggregation", "mean");
        }
        return new Aggregated(
                metric.requiredText("metric"), metric.texts("filter_list"), metric.flag("weight_by_size", true));
    }
}
