package io.sirocco.eval;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Puts a run's results together. */
final class ResultBuilder {

    private final EvalOptions options;
    private final EvalModel model;
    private final List<TaskNode> tree;

    ResultBuilder(EvalOptions options, EvalModel model, List<TaskNode> tree) {
        this.options = options;
        this.model = model;
        this.tree = tree;
    }

    EvalResults build(List<AnsweredTask> answered, double seconds) {
        List<TaskScores> tasks = answered.stream()
                .map(task -> new TaskScores(task, options.bootstrap()))
                .toList();
        Map<String, Map<String, Object>> results = new LinkedHashMap<>();
        tasks.forEach(task -> results.put(task.task().config().name(), task.metrics()));
        Map<String, Object> groups = new LinkedHashMap<>();
        tree.stream().flatMap(TaskGroup::groups).distinct().forEach(group -> {
            Map<String, Object> metrics = GroupScores.of(group, results);
            results.put(group.name(), metrics);
            if (!group.aggregated().isEmpty()) {
                groups.put(group.name(), metrics);
            }
        });
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("results", results);
        if (!groups.isEmpty()) {
            root.put("groups", groups);
        }
        List<TaskGroup> fromTop = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        tree.stream()
                .flatMap(ResultBuilder::fromTop)
                .filter(group -> seen.add(group.name()))
                .forEach(fromTop::add);
        describe(root, tasks, fromTop);
        settings(root, tasks, seconds);
        Map<String, List<Map<String, Object>>> samples = new LinkedHashMap<>();
        tasks.forEach(task -> samples.put(task.task().config().name(), task.samples()));
        return new EvalResults(root, samples);
    }

    private static Stream<TaskGroup> fromTop(TaskNode node) {
        return node instanceof TaskGroup group
                ? Stream.concat(Stream.of(group), group.members().stream().flatMap(ResultBuilder::fromTop))
                : Stream.empty();
    }

    private static void describe(Map<String, Object> root, List<TaskScores> tasks, List<TaskGroup> groups) {
        Map<String, Object> subtasks = new LinkedHashMap<>();
        groups.forEach(group -> subtasks.put(
                group.name(), group.members().stream().map(TaskNode::name).toList()));
        Map<String, Object> configs = new TreeMap<>();
        Map<String, Object> versions = new TreeMap<>();
        Map<String, Object> shots = new TreeMap<>();
        Map<String, Map<String, Boolean>> better = new TreeMap<>();
        Map<String, Object> sizes = new LinkedHashMap<>();
        for (TaskScores scores : tasks) {
            TaskConfig config = scores.task().config();
            configs.put(config.name(), ConfigDump.of(config));
            versions.put(config.name(), config.version());
            shots.put(config.name(), (long) config.shotCount());
            better.put(config.name(), scores.task().metrics().higherIsBetter());
            Map<String, Object> size = new LinkedHashMap<>();
            size.put("original", (long) scores.task().docs().size());
            size.put("effective", (long) scores.docs());
            sizes.put(config.name(), size);
        }
        for (TaskGroup group : groups) {
            versions.put(group.name(), group.version());
            List<String> members = group.members().stream().map(TaskNode::name).toList();
            Set<Object> counts = new HashSet<>();
            members.stream().filter(shots::containsKey).forEach(member -> counts.add(shots.get(member)));
            if (counts.size() == 1) {
                shots.put(group.name(), counts.iterator().next());
            }
            Map<String, Boolean> all = new LinkedHashMap<>();
            members.stream()
                    .filter(better::containsKey)
                    .forEach(member -> better.get(member)
                            .forEach((metric, is) -> all.put(
                                    metric, (all.containsKey(metric) && !is.equals(all.get(metric))) ? null : is)));
            if (!all.isEmpty()) {
                better.put(group.name(), all);
            }
        }
        root.put("group_subtasks", subtasks);
        root.put("configs", configs);
        root.put("versions", versions);
        root.put("n-shot", shots);
        root.put("higher_is_better", better);
        root.put("n-samples", sizes);
    }

    private void settings(Map<String, Object> root, List<TaskScores> tasks, double seconds) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model", "sirocco");
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("pretrained", model.name());
        arguments.put("max_length", (long) model.maxLength());
        config.put("model_args", arguments);
        config.put(
                "limit", options.limit().isPresent() ? (Object) options.limit().getAsDouble() : null);
        config.put("bootstrap_iters", (long) options.bootstrap());
        config.put("gen_kwargs", Map.of());
        config.put("fewshot_seed", ShotSampler.SEED);
        root.put("config", config);
        root.put("date", Clock.systemUTC().millis() / 1000.0 - seconds);
        root.put(
                "eot_token_id",
                model.special().eos().stream()
                        .min(Integer::compare)
                        .map(Integer::longValue)
                        .orElse(null));
        root.put("max_length", (long) model.maxLength());
        Map<String, Object> hashes = new LinkedHashMap<>();
        for (TaskScores task : tasks) {
            StringBuilder all = new StringBuilder();
            task.samples()
                    .forEach(sample -> all.append(sample.get("doc_hash"))
                            .append(sample.get("prompt_hash"))
                            .append(sample.get("target_hash")));
            hashes.put(task.task().config().name(), Digest.of(all.toString()));
        }
        root.put("task_hashes", hashes);
        root.put("model_source", "sirocco");
        root.put("model_name", model.name());
        root.put("model_name_sanitized", model.name().replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__"));
        String system = options.systemInstruction().orElse(null);
        root.put("system_instruction", system);
        root.put("system_instruction_sha", system == null || system.isEmpty() ? null : Digest.of(system));
        root.put(
                "fewshot_as_multiturn",
                options.chat() ? (Object) options.multiturn().orElse(true) : null);
        String template = options.chat() ? model.chatTemplate().orElseThrow().source() : null;
        root.put("chat_template", template);
        root.put("chat_template_sha", template == null ? null : Digest.of(template));
        root.put("total_evaluation_time_seconds", Double.toString(seconds));
    }
}
