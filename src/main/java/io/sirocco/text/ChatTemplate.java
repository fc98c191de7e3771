package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.text.jinja.JinjaTemplate;
import io.sirocco.text.jinja.TemplateException;
import io.sirocco.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's own way to write a chat as one prompt: a Jinja template with the variables that transformers'
 * {@code apply_chat_template} gives it. The result brings its own BOS if the model wants one: encode it without special tokens.
 * Immutable and safe for many threads.
 */
public final class ChatTemplate {
    /** What transformers' {@code special_tokens_map} passes on, each only if the model has it. */
    private static final List<String> SPECIAL_TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final Map<String, String> GGUF_NAMES = Map.of(
            "bos_token", "bos",
            "eos_token", "eos",
            "unk_token", "unknown",
            "sep_token", "seperator", // spelled so in the format
            "pad_token", "padding",
            "cls_token", "cls",
            "mask_token", "mask");

    private final String source;
    private final JinjaTemplate template;
    private final Map<String, String> specialTokens;

    private ChatTemplate(String source, String where, Map<String, String> specialTokens) {
        this.source = source;
        try {
            this.template = JinjaTemplate.parse(source);
        } catch (TemplateException e) {
            throw new TokenizerException(
                    where + ": " + e.getMessage() + "; prompts that are no chat need no template", e);
        }
        this.specialTokens = specialTokens;
    }

    /**
     * The chat template of a model: {@code chat_template.jinja}, else {@code chat_template} in {@code tokenizer_config.json} (of several,
     * the one named default), or {@code tokenizer.chat_template} of a GGUF file. Empty if there is none.
     *
     * @throws TokenizerException naming the file and the construct, if the template does not parse or uses what is not implemented
     */
    public static Optional<ChatTemplate> open(Checkpoint checkpoint) {
        return switch (checkpoint.format()) {
            case HUGGING_FACE -> openDirectory(checkpoint);
            case GGUF ->
                openGguf(
                        JsonFields.ofFile(checkpoint.config(), checkpoint.path().toString()));
        };
    }

    /** The template as the model brings it. */
    public String source() {
        return source;
    }

    /**
     * The prompt for a chat. Contents are passed on as they are.
     *
     * @param addGenerationPrompt end with what makes the model answer
     * @throws InvalidMessagesException if there are no messages, or one has no role or no content
     * @throws TemplateException what the template itself says is wrong, such as roles that don't alternate
     */
    public String render(List<Message> messages, boolean addGenerationPrompt) throws TemplateException {
        if (messages.isEmpty()) {
            throw new InvalidMessagesException("messages is empty; expected at least one message");
        }
        List<Map<String, Object>> chat = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("role", present(message == null ? null : message.role(), i, "role"));
            fields.put("content", present(message.content(), i, "content"));
            chat.add(fields);
        }
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("messages", chat);
        context.put("tools", null);
        context.put("documents", null);
        context.put("add_generation_prompt", addGenerationPrompt);
        context.putAll(specialTokens);
        return template.render(context);
    }

    private static String present(String value, int message, String field) {
        if (value == null) {
            throw new InvalidMessagesException("messages[" + message + "]." + field + " is null; expected text");
        }
        return value;
    }

    private static Optional<ChatTemplate> openDirectory(Checkpoint checkpoint) {
        Optional<JsonFields> config = json(checkpoint, "tokenizer_config.json");
        Map<String, String> specialTokens = new LinkedHashMap<>();
        json(checkpoint, "special_tokens_map.json").ifPresent(fields -> addSpecialTokens(fields, specialTokens));
        config.ifPresent(fields -> addSpecialTokens(fields, specialTokens));
        Optional<Path> file = checkpoint.file("chat_template.jinja");
        if (file.isPresent()) {
            String source = ModelFiles.text(file.get(), ModelFiles.MAX_CONFIG_BYTES);
            return Optional.of(new ChatTemplate(source, file.get().toString(), specialTokens));
        }
        return config.filter(fields -> fields.has("chat_template"))
                .map(fields -> new ChatTemplate(source(fields), fields.where("chat_template"), specialTokens));
    }

    private static Optional<JsonFields> json(Checkpoint checkpoint, String name) {
        return checkpoint
                .file(name)
                .map(file -> JsonFields.ofFile(ModelFiles.json(file, ModelFiles.MAX_CONFIG_BYTES), file.toString()));
    }

    private static void addSpecialTokens(JsonFields fields, Map<String, String> specialTokens) {
        for (String name : SPECIAL_TOKENS) {
            SpecialTokenNames.token(fields, name).ifPresent(token -> specialTokens.put(name, token));
        }
    }

    private static String source(JsonFields config) {
        if (!config.isList("chat_template")) {
            return config.text("chat_template");
        }
        for (JsonNode named : config.list("chat_template")) {
            JsonFields fields = new JsonFields(named, config.where("chat_template[]"));
            if (fields.text("name").equals("default")) {
                return fields.text("template");
            }
        }
        throw config.wrong("chat_template", "one of its templates to be named \"default\"");
    }

    private static Optional<ChatTemplate> openGguf(JsonFields metadata) {
        String field = "tokenizer.chat_template";
        if (!metadata.has(field)) {
            return Optional.empty();
        }
        Map<String, String> specialTokens = new LinkedHashMap<>();
        for (String name : SPECIAL_TOKENS) {
            String id = "tokenizer.ggml." + GGUF_NAMES.get(name) + "_token_id";
            if (metadata.has(id)) {
                specialTokens.put(name, metadata.element("tokenizer.ggml.tokens", metadata.count(id), id));
            }
        }
        return Optional.of(new ChatTemplate(metadata.text(field), metadata.where(field), specialTokens));
    }
}
