package io.sirocco.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Prompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body of a request in an OpenAI batch's input file: what it asks and how. What it leaves out is as for the job; the model that it names
 * is not looked at, the job's answers.
 *
 * @param chat whether it asked for a chat completion
 * @param fields of the body
 */
record BatchBody(boolean chat, Map<?, ?> fields) {

    private static final String CHATS = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";
    private static final JsonMapper JSON = new JsonMapper();

    /** What it asks, and what can change nothing in an answer. */
    private static final Set<String> NO_PARAMS = Set.of(
            "messages",
            "prompt",
            "model",
            "user",
            "metadata",
            "store",
            "service_tier",
            "prompt_cache_key",
            "safety_identifier");

    static boolean isChat(String url) {
        return CHATS.equals(url);
    }

    static BatchBody read(String url, String body) throws BadRow {
        if (!CHATS.equals(url) && !COMPLETIONS.equals(url)) {
            throw new BadRow(Code.INVALID_PARAMS, "url is " + url + "; expected " + CHATS + " or " + COMPLETIONS);
        }
        try {
            if (body != null && RowValues.json(body) instanceof Map<?, ?> fields) {
                return new BatchBody(isChat(url), fields);
            }
        } catch (IllegalArgumentException e) {
            throw new BadRow(Code.INVALID_PARAMS, "body is " + e.getMessage());
        }
        throw new BadRow(
                Code.INVALID_PARAMS,
                "body is " + (body == null ? "missing" : "not an object") + "; expected a request as of " + url);
    }

    Prompt prompt(PromptReader prompts) throws BadRow {
        if (chat) {
            return prompts.chat(MessagesReader.read("body.messages", plainContent(fields.get("messages"))));
        }
        Object prompt = fields.get("prompt");
        if (prompt instanceof List<?> list && list.size() == 1 && list.getFirst() instanceof String text) {
            prompt = text;
        }
        return switch (prompt) {
            case null -> prompts.asked(null, "body.prompt");
            case String text -> prompts.asked(text, "body.prompt");
            default -> new Prompt.Ids(PromptReader.ids("body.prompt", prompt));
        };
    }

    /** The messages, with content in parts put together where all of them are text. */
    private static Object plainContent(Object messages) {
        if (!(messages instanceof List<?> list)) {
            return messages;
        }
        List<Object> plain = new ArrayList<>();
        for (Object message : list) {
            if (message instanceof Map<?, ?> fields && fields.get("content") instanceof List<?> parts) {
                Map<Object, Object> joined = new LinkedHashMap<>(fields);
                joined.put("content", text(parts));
                plain.add(joined);
            } else {
                plain.add(message);
            }
        }
        return plain;
    }

    private static Object text(List<?> parts) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            if (!(part instanceof Map<?, ?> fields) || !(fields.get("text") instanceof String one)) {
                return parts;
            }
            text.append(one);
        }
        return text.toString();
    }

    /** How it is to be answered, by the names that {@link ParamsReader} knows; others stay as they are, and are unknown there. */
    Map<String, Object> params() throws BadRow {
        Map<String, Object> params = new LinkedHashMap<>();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            String name = field.getKey().toString();
            Object value = field.getValue();
            if (value == null || NO_PARAMS.contains(name)) {
                continue;
            }
            switch (name) {
                case "max_completion_tokens" -> params.put("max_tokens", value);
                case "include_stop_str_in_output" -> params.put("include_stop", value);
                case "stream" -> {
                    if (!value.equals(false)) {
                        params.put(name, value);
                    }
                }
                case "top_logprobs" -> params.putIfAbsent("logprobs", value);
                case "logprobs" -> logprobs(params, value);
                case "response_format" -> format(params, value);
                default -> params.put(name, value);
            }
        }
        return params;
    }

    /** A number of alternatives; of a chat, whether there are any, and {@code top_logprobs} says how many. */
    private void logprobs(Map<String, Object> params, Object value) {
        if (value.equals(true)) {
            Object top = fields.get("top_logprobs");
            params.put("logprobs", top == null ? 0L : top);
        } else if (!value.equals(false)) {
            params.put("logprobs", value);
        }
    }

    private static void format(Map<String, Object> params, Object value) throws BadRow {
        Object type = value instanceof Map<?, ?> format ? format.get("type") : null;
        if ("json_object".equals(type)) {
            params.put("json_schema", "{\"type\": \"object\"}");
        } else if ("json_schema".equals(type)
                && ((Map<?, ?>) value).get("json_schema") instanceof Map<?, ?> named
                && named.get("schema") instanceof Map<?, ?> schema) {
            try {
                params.put("json_schema", JSON.writeValueAsString(schema));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("it was read from JSON", e);
            }
        } else if (!"text".equals(type)) {
            throw new BadRow(
                    Code.INVALID_PARAMS,
                    "body.response_format is " + value
                            + "; expected type text, json_object or json_schema with a schema");
        }
    }
}
