package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.weights.Quoted;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code tokenizer.json} that means the same as a GGUF file's {@code tokenizer.ggml.*} metadata, as llama.cpp reads it: byte-level
 * BPE whose control and user-defined tokens match in a text, and no token for unknown bytes.
 */
final class GgufTokenizer {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Values of {@code tokenizer.ggml.token_type} (gguf-py's TokenType). */
    private static final int CONTROL = 3;

    private static final int USER_DEFINED = 4;

    /** Whether digits are split off one by one before GPT-2's regex, by {@code tokenizer.ggml.pre}. */
    private static final Map<String, Boolean> SPLIT_DIGITS = Map.of("gpt-2", false, "gpt2", false, "smollm", true);

    private final JsonFields metadata;

    private GgufTokenizer(JsonFields metadata) {
        this.metadata = metadata;
    }

    /** Empty if the file has no tokenizer. */
    static Optional<ObjectNode> of(JsonNode metadata, String file) {
        JsonFields fields = JsonFields.ofFile(metadata, file);
        if (!fields.has("tokenizer.ggml.model") || fields.is("tokenizer.ggml.model", "none")) {
            return Optional.empty();
        }
        return Optional.of(new GgufTokenizer(fields).json());
    }

    private ObjectNode json() {
        if (!metadata.text("tokenizer.ggml.model").equals("gpt2")) {
            throw metadata.wrong(
                    "tokenizer.ggml.model", "\"gpt2\"; SentencePiece and other tokenizers of GGUF are not read yet");
        }
        // llama.cpp ignores it for this tokenizer, other readers don't.
        if (metadata.bool("tokenizer.ggml.add_space_prefix", false)) {
            throw metadata.wrong("tokenizer.ggml.add_space_prefix", "false for a gpt2 tokenizer");
        }
        ArrayNode tokens = tokens();
        ObjectNode root = JSON.objectNode().put("version", "1.0");
        root.set("added_tokens", addedTokens(tokens));
        root.putNull("normalizer");
        root.set("pre_tokenizer", preTokenizer());
        root.set("post_processor", postProcessor());
        root.set("decoder", byteLevel(false));
        root.set("model", model(tokens));
        return root;
    }

    private ArrayNode tokens() {
        ArrayNode tokens = JSON.arrayNode();
        for (JsonNode token : metadata.list("tokenizer.ggml.tokens")) {
            if (!token.isTextual()) {
                throw new TokenizerException(metadata.where("tokenizer.ggml.tokens") + "[" + tokens.size() + "] is "
                        + JsonFields.shown(token) + "; expected text");
            }
            tokens.add(token);
        }
        return tokens;
    }

    private ArrayNode addedTokens(ArrayNode tokens) {
        ArrayNode added = JSON.arrayNode();
        var types = metadata.listOrEmpty("tokenizer.ggml.token_type");
        if (!types.isEmpty() && types.size() != tokens.size()) {
            throw new TokenizerException(metadata.where("tokenizer.ggml.token_type") + " has " + types.size()
                    + " entries; expected one for each of the " + tokens.size() + " tokens");
        }
        for (int id = 0; id < types.size(); id++) {
            int type = types.get(id).asInt();
            if (type == CONTROL || type == USER_DEFINED) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens.get(id).textValue())
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", type == CONTROL);
            }
        }
        return added;
    }

    private ObjectNode preTokenizer() {
        String pre = metadata.text("tokenizer.ggml.pre");
        Boolean splitDigits = SPLIT_DIGITS.get(pre);
        if (splitDigits == null) {
            throw metadata.wrong("tokenizer.ggml.pre", "one of gpt-2, gpt2, smollm; others are not read yet");
        }
        if (!splitDigits) {
            return byteLevel(true);
        }
        ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        steps.add(byteLevel(true));
        return sequence;
    }

    private static ObjectNode byteLevel(boolean splitByRegex) {
        return JSON.objectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", splitByRegex);
    }

    private JsonNode postProcessor() {
        if (!metadata.bool("tokenizer.ggml.add_bos_token", false)) {
            return JSON.nullNode();
        }
        int id = metadata.count("tokenizer.ggml.bos_token_id");
        String bos = metadata.element("tokenizer.ggml.tokens", id, "tokenizer.ggml.bos_token_id");
        ObjectNode template = JSON.objectNode().put("type", "TemplateProcessing");
        ArrayNode single = template.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", bos).put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ArrayNode pair = template.putArray("pair");
        pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        ObjectNode definition =
                template.putObject("special_tokens").putObject(bos).put("id", bos);
        definition.putArray("ids").add(id);
        definition.putArray("tokens").add(bos);
        return template;
    }

    private ObjectNode model(ArrayNode tokens) {
        ObjectNode vocabulary = JSON.objectNode();
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id).textValue();
            if (vocabulary.has(token)) {
                throw new TokenizerException(metadata.where("tokenizer.ggml.tokens") + "[" + id + "] is "
                        + Quoted.of(token) + " again, after id " + vocabulary.get(token));
            }
            vocabulary.put(token, id);
        }
        ArrayNode merges = JSON.arrayNode();
        for (JsonNode merge : metadata.list("tokenizer.ggml.merges")) {
            int space = merge.isTextual() ? merge.textValue().indexOf(' ', 1) : -1;
            if (space < 0) {
                throw new TokenizerException(metadata.where("tokenizer.ggml.merges") + "[" + merges.size() + "] is "
                        + JsonFields.shown(merge) + "; expected two tokens with a space between them");
            }
            merges.addArray()
                    .add(merge.textValue().substring(0, space))
                    .add(merge.textValue().substring(space + 1));
        }
        ObjectNode model = JSON.objectNode()
                .put("type", "BPE")
                .put("fuse_unk", false)
                .put("byte_fallback", false)
                .put("ignore_merges", false);
        model.set("vocab", vocabulary);
        model.set("merges", merges);
        return model;
    }
}
