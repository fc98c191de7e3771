package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.weights.Checkpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Ids that begin and end a sequence, from a model's configuration; no tokenizer is needed.
 *
 * @param bos the id before a plain prompt, if the model has one
 * @param eos the ids that end an answer; empty if the model names none
 */
public record SpecialTokens(OptionalInt bos, Set<Integer> eos) {

    public SpecialTokens {
        eos = Set.copyOf(eos);
    }

    /**
     * {@code generation_config.json}, and where that says nothing {@code config.json}; for GGUF the tokens that end a sequence, a turn or
     * a message.
     *
     * @throws TokenizerException naming a field that is not an id (or, for EOS, a list of ids)
     */
    public static SpecialTokens of(Checkpoint checkpoint) {
        return switch (checkpoint.format()) {
            case HUGGING_FACE -> {
                JsonFields config = JsonFields.ofFile(checkpoint.config(), checkpoint.path() + ": config.json");
                JsonFields generation = checkpoint
                        .file("generation_config.json")
                        .map(file ->
                                JsonFields.ofFile(ModelFiles.json(file, ModelFiles.MAX_CONFIG_BYTES), file.toString()))
                        .orElse(config);
                yield new SpecialTokens(
                        bos(generation.has("bos_token_id") ? generation : config, "bos_token_id"),
                        ids(generation.has("eos_token_id") ? generation : config, "eos_token_id"));
            }
            case GGUF -> {
                JsonFields metadata =
                        JsonFields.ofFile(checkpoint.config(), checkpoint.path().toString());
                Set<Integer> eos = new LinkedHashSet<>();
                for (String name : List.of("eos", "eot", "eom")) {
                    eos.addAll(ids(metadata, "tokenizer.ggml." + name + "_token_id"));
                }
                yield new SpecialTokens(bos(metadata, "tokenizer.ggml.bos_token_id"), eos);
            }
        };
    }

    private static OptionalInt bos(JsonFields fields, String name) {
        return fields.has(name) ? OptionalInt.of(fields.count(name)) : OptionalInt.empty();
    }

    private static Set<Integer> ids(JsonFields fields, String name) {
        if (!fields.has(name)) {
            return Set.of();
        }
        if (!fields.isList(name)) {
            return Set.of(fields.count(name));
        }
        Set<Integer> ids = new LinkedHashSet<>();
        for (JsonNode id : fields.list(name)) {
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
                throw fields.wrong(name, "a token id or a list of them");
            }
            ids.add(id.intValue());
        }
        return ids;
    }
}
