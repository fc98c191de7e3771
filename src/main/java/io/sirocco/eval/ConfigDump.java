package io.sirocco.eval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A task's configuration with all defaults, as files of results hold it. */
final class ConfigDump {

    private ConfigDump() {}

    static Map<String, Object> of(TaskConfig task) {
        Map<String, Object> values = task.fields().values();
        Map<String, Object> dump = new LinkedHashMap<>();
        copy(values, dump, "task", "task_alias", "dataset_path", "dataset_name", "dataset_kwargs", "training_split");
        copy(values, dump, "validation_split", "test_split", "fewshot_split");
        copy(values, dump, "process_docs", "doc_to_text", "doc_to_target");
        dump.put("unsafe_code", false);
        copy(values, dump, "doc_to_choice", "process_results");
        dump.put("description", task.fields().text("description", ""));
        dump.put("target_delimiter", task.delimiter("target_delimiter", false));
        dump.put("fewshot_delimiter", task.delimiter("fewshot_delimiter", false));
        dump.put("fewshot_config", shots(task));
        dump.put("num_fewshot", (long) task.shotCount());
        copy(values, dump, "metric_list");
        dump.put("output_type", task.outputType().key());
        if (task.outputType() == OutputType.GENERATE_UNTIL) {
            dump.put("generation_kwargs", GenerationOptions.given(task));
        }
        dump.put("repeats", (long) task.repeats());
        copy(values, dump, "filter_list");
        dump.put("should_decontaminate", Boolean.TRUE.equals(values.get("should_decontaminate")));
        copy(values, dump, "doc_to_decontamination_query", "gen_prefix");
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (values.get("metadata") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> metadata.put(String.valueOf(key), value));
        }
        metadata.put("config_source", task.file().toString());
        dump.put("metadata", metadata);
        return dump;
    }

    private static void copy(Map<String, Object> from, Map<String, Object> to, String... keys) {
        for (String key : List.of(keys)) {
            if (from.get(key) != null) {
                to.put(key, plain(from.get(key)));
            }
        }
    }

    private static Object plain(Object value) {
        return value instanceof FunctionName ? value.toString() : value;
    }

    private static Map<String, Object> shots(TaskConfig task) {
        Map<String, Object> shots = new LinkedHashMap<>();
        shots.put("sampler", task.sampler());
        shots.put("split", task.shotSplit().orElse(null));
        shots.put("process_docs", plain(task.expression("process_docs", true)));
        Fields own = task.fields().map("fewshot_config");
        shots.put("fewshot_indices", own.get("fewshot_indices"));
        shots.put("samples", own.get("samples"));
        for (String key : List.of("doc_to_text", "doc_to_choice", "doc_to_target", "gen_prefix")) {
            shots.put(key, plain(task.expression(key, true)));
        }
        shots.put("fewshot_delimiter", task.delimiter("fewshot_delimiter", true));
        shots.put("target_delimiter", task.delimiter("target_delimiter", true));
        return shots;
    }
}
