package io.sirocco.job;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.engine.ModelIdentity;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;

/**
 * What the answers of an output depend on: the model, the input's columns, and every option but those known not to change an answer. It
 * lies beside the answers, and a run that would answer otherwise does not go on with them.
 *
 * @param parts what they are called by people, with their values as text
 */
record JobGuard(Map<String, String> parts) {

    /** Options that only say which rows are answered, where, and how fast, or what stands in the guard by its content. */
    private static final Set<String> FREE = Set.of(
            "model",
            "input",
            "output",
            "inputFormat",
            "limit",
            "master",
            "resume",
            "overwrite",
            "retryErrors",
            "failOnError",
            "waveSeconds",
            "jsonSchema",
            "labelsFile",
            "goldColumn",
            "showPrompt",
            "threads",
            "chunk",
            "maxBatch",
            "engineMemory");

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    static JobGuard of(ModelIdentity model, Input input, String source, RowOptions options) {
        Map<String, String> parts = model(model, options);
        parts.put("the model's chat template", model.chatTemplate());
        parts.put("the prompt's source", source);
        for (StructField field : input.schema().fields()) {
            parts.put("the input's column " + field.name(), field.dataType().simpleString());
        }
        if (input.idColumn().isEmpty()) {
            // Ids are places of rows below it.
            parts.put("the input's folder", input.files().root().toString());
        }
        parts.putAll(options.contents());
        ObjectNode all = OptionTable.json(options);
        all.properties().forEach(option -> {
            if (!FREE.contains(option.getKey())) {
                parts.put(
                        OptionTable.kebab(option.getKey()),
                        JSON.valueToTree(option.getValue()).toString());
            }
        });
        return new JobGuard(parts);
    }

    /** That of an evaluation, whose requests are digests of all else that their answers depend on. */
    static JobGuard of(ModelIdentity model, EvaluateOptions options) {
        Map<String, String> parts = model(model, options);
        parts.put("kv-type", options.kvType().toString());
        return new JobGuard(parts);
    }

    private static Map<String, String> model(ModelIdentity model, JobOptions options) {
        Map<String, String> parts = new TreeMap<>();
        parts.put("job", options.job());
        parts.put("the model's content", model.content());
        parts.put("the model's tokenizer", model.tokenizer());
        parts.put("the revision of the arithmetic", model.numerics());
        return parts;
    }

    /** @throws IOException if it is damaged */
    static JobGuard read(byte[] json) throws IOException {
        return new JobGuard(JSON.readValue(json, new TypeReference<TreeMap<String, String>>() {}));
    }

    byte[] json() throws IOException {
        return JSON.writeValueAsBytes(parts);
    }

    /** Each part that another run has otherwise, with both values; empty if there is none. */
    String differences(JobGuard now) {
        Set<String> names = new TreeSet<>(parts.keySet());
        names.addAll(now.parts.keySet());
        return names.stream()
                .filter(name -> !value(name).equals(now.value(name)))
                .map(name -> name + " was " + value(name) + ", is " + now.value(name))
                .collect(Collectors.joining("; "));
    }

    boolean isOfAnotherJob(JobGuard now) {
        return !value("job").equals(now.value("job"));
    }

    private String value(String name) {
        return parts.getOrDefault(name, "absent");
    }
}
