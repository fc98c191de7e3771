package io.sirocco.eval;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A task as its file says it, checked. The keys are lm-evaluation-harness's; what would change its numbers and is not done here is refused. */
final class TaskConfig implements TaskNode {

    /** Keys that say nothing about requests or metrics: how a task is found, and about contamination. */
    private static final Set<String> UNUSED =
            Set.of("tag", "group", "task_list", "should_decontaminate", "doc_to_decontamination_query", "metadata");

    /** Keys that ask for code, images or sound. */
    private static final List<String> REFUSED =
            List.of("class", "custom_dataset", "use_prompt", "doc_to_image", "doc_to_audio", "unsafe_code");

    private static final Set<String> KNOWN = Set.of(
            "task",
            "task_alias",
            "dataset_path",
            "dataset_name",
            "dataset_kwargs",
            "training_split",
            "validation_split",
            "test_split",
            "fewshot_split",
            "process_docs",
            "process_results",
            "doc_to_text",
            "doc_to_target",
            "doc_to_choice",
            "description",
            "target_delimiter",
            "fewshot_delimiter",
            "fewshot_config",
            "num_fewshot",
            "metric_list",
            "output_type",
            "generation_kwargs",
            "repeats",
            "filter_list",
            "gen_prefix");

    private static final Set<String> SHOT_KEYS = Set.of(
            "sampler",
            "split",
            "process_docs",
            "fewshot_indices",
            "samples",
            "doc_to_text",
            "doc_to_choice",
            "doc_to_target",
            "gen_prefix",
            "fewshot_delimiter",
            "target_delimiter");

    private final Path file;
    private final Fields fields;
    private final Fields shots;

    TaskConfig(Path file, Map<String, Object> values) {
        this.file = file.toAbsolutePath();
        fields = new Fields(file.toString(), values);
        REFUSED.forEach(fields::refuse);
        Map<String, Object> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(UNUSED);
        rest.keySet().removeAll(REFUSED);
        new Fields(file.toString(), rest).allow(KNOWN);
        shots = fields.map("fewshot_config");
        shots.allow(SHOT_KEYS);
        for (Fields place : List.of(fields, shots)) {
            place.values().forEach((key, value) -> {
                if (value instanceof FunctionName function && !BuiltIn.has(this, key, function)) {
                    throw new EvalException(place.where() + ": \"" + key + "\" is " + value
                            + ", which is Python code; write it as a template");
                }
            });
        }
        for (String key : List.of("process_docs", "process_results")) {
            if (!(fields.get(key) instanceof FunctionName)) {
                fields.refuse(key);
            }
        }
        if (!(shots.get("process_docs") instanceof FunctionName)) {
            shots.refuse("process_docs");
        }
    }

    Path file() {
        return file;
    }

    Fields fields() {
        return fields;
    }

    @Override
    public String name() {
        return fields.requiredText("task");
    }

    @Override
    public String alias() {
        return fields.text("task_alias", name());
    }

    @Override
    public Object version() {
        Object version = fields.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("version") : null;
        return version == null ? "Yaml" : version;
    }

    String datasetPath() {
        return fields.requiredText("dataset_path");
    }

    String datasetName() {
        return fields.text("dataset_name", null);
    }

    Fields datasetOptions() {
        return fields.map("dataset_kwargs");
    }

    OutputType outputType() {
        String key = fields.text("output_type", "generate_until");
        return OutputType.of(key).orElseThrow(() -> fields.wrong("output_type", "one of " + OutputType.keys()));
    }

    /** What is evaluated: the test split, else that of validation. */
    String evaluatedSplit() {
        return fields.text("test_split")
                .or(() -> fields.text("validation_split"))
                .orElseThrow(() -> new EvalException(
                        file + ": there is neither \"test_split\" nor \"validation_split\"; one of them is evaluated"));
    }

    Optional<String> testSplit() {
        return fields.text("test_split");
    }

    /** Where shots are from; empty if they are given, or from whatever split there is. */
    Optional<String> shotSplit() {
        return shots.values().containsKey("split") ? shots.text("split") : fields.text("fewshot_split");
    }

    /** The split that shots are from if no other is named and none are given. */
    String fallbackShotSplit() {
        return fields.text("training_split")
                .or(() -> fields.text("validation_split"))
                .orElseGet(this::evaluatedSplit);
    }

    /** Shots that are written out. */
    Optional<List<Fields>> givenShots() {
        return shots.has("samples") ? Optional.of(shots.list("samples")) : Optional.empty();
    }

    String sampler() {
        String sampler = shots.text("sampler", "default");
        if (!sampler.equals("default") && !sampler.equals("first_n")) {
            throw shots.wrong("sampler", "default or first_n");
        }
        return sampler;
    }

    int shotCount() {
        int count = fields.whole("num_fewshot", 0);
        if (count < 0) {
            throw fields.wrong("num_fewshot", "0 or more");
        }
        return count;
    }

    boolean saysShotCount() {
        return fields.has("num_fewshot");
    }

    int repeats() {
        int repeats = fields.whole("repeats", 1);
        if (repeats < 1) {
            throw fields.wrong("repeats", "at least 1");
        }
        return repeats;
    }

    /** The value of a key for documents; a shot's own in fewshot_config if that has it. */
    Object expression(String key, boolean shot) {
        return shot && shots.values().containsKey(key) ? shots.get(key) : fields.get(key);
    }

    String delimiter(String key, boolean shot) {
        String own = fields.text(key, key.equals("target_delimiter") ? " " : "\n\n");
        return shot ? shots.text(key, own) : own;
    }

    /** This task with another number of shots, unless its file says 0. */
    TaskConfig withShots(int count) {
        return saysShotCount() && shotCount() == 0 ? this : with("num_fewshot", (long) count);
    }

    TaskConfig with(String key, Object value) {
        Map<String, Object> values = new LinkedHashMap<>(fields.values());
        values.put(key, value);
        return new TaskConfig(file, values);
    }
}
