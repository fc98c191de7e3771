package io.sirocco.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.engine.Completion.Code;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers as lines of an OpenAI batch's output file ("The request output object", OpenAI API reference): {@code chat.completion} or
 * {@code text_completion} bodies, with {@code token_ids} and {@code stop_reason} in each choice as vLLM has them. A row with an error has
 * {@code error} and a response without a body. Of the input's columns only the id is kept.
 *
 * @param prefix of our columns' names
 * @param model as the user named it
 * @param chat whether rows are chats where no url says it
 * @param url index of the column with the endpoint that a row asked, or -1
 * @param schema of the rows
 */
record BatchLines(String prefix, String model, boolean chat, int url, StructType schema) implements Serializable {

    private static final JsonMapper JSON = new JsonMapper();

    /** A column that rows have once they are read: the line that they were. It is what is written if they are written again. */
    static final String LINE = "__sirocco_line";

    static BatchLines of(JobOptions options, StructType schema) {
        GenerateOptions generate = (GenerateOptions) options;
        PromptSource source = PromptSource.choose(schema, generate);
        return new BatchLines(
                generate.outputPrefix(),
                generate.model(),
                source instanceof PromptSource.Messages
                        || generate.chat()
                        || generate.system().isPresent(),
                source instanceof PromptSource.Batch(int url, int _) ? url : -1,
                schema);
    }

    /** Of the rows that {@link #row} reads. */
    StructType readSchema() {
        return schema.add(StoredRows.FILE, DataTypes.StringType).add(LINE, DataTypes.StringType);
    }

    /** The line of each row. */
    Dataset<String> lines(Dataset<Row> rows) {
        return Columns.find(rows.schema(), LINE).isPresent()
                ? rows.select(functions.col(LINE)).as(Encoders.STRING())
                : rows.map((MapFunction<Row, String>) this::line, Encoders.STRING());
    }

    private Object value(Row row, String column) {
        return RowValues.plain(row.get(index(column)));
    }

    private int index(String column) {
        return Columns.find(schema, prefix + column).orElseThrow();
    }

    private String line(Row row) throws JsonProcessingException {
        String id = row.getString(index("id"));
        JsonNode error = JSON.valueToTree(value(row, "error"));
        ObjectNode line = JSON.createObjectNode();
        line.put("id", "batch_req_" + id);
        line.put("custom_id", id);
        ObjectNode response = line.putObject("response");
        response.put("status_code", status(error));
        response.put("request_id", "req_" + id);
        response.set("body", error.isNull() ? body(id, row) : null);
        line.set("error", error);
        return JSON.writeValueAsString(line);
    }

    private static int status(JsonNode error) {
        String code = error.path("code").asText("");
        boolean ours = code.equals(Code.INTERNAL.key()) || code.equals(Code.NON_FINITE_LOGITS.key());
        return error.isNull() ? 200 : ours ? 500 : 400;
    }

    private ObjectNode body(String id, Row row) {
        boolean asChat = url < 0 ? chat : BatchBody.isChat(row.getString(url));
        ObjectNode body = JSON.createObjectNode();
        body.put("id", (asChat ? "chatcmpl-" : "cmpl-") + id);
        body.put("object", asChat ? "chat.completion" : "text_completion");
        body.put("created", Instant.now().getEpochSecond());
        body.put("model", model);
        ArrayNode choices = body.putArray("choices");
        int tokens = 0;
        for (JsonNode output : JSON.<JsonNode>valueToTree(value(row, "outputs"))) {
            choices.add(choice(output, asChat));
            tokens += output.get("token_ids").size();
        }
        int promptTokens = row.getInt(index("prompt_tokens"));
        ObjectNode usage = body.putObject("usage");
        usage.put("prompt_tokens", promptTokens);
        usage.put("completion_tokens", tokens);
        usage.put("total_tokens", promptTokens + tokens);
        usage.putObject("prompt_tokens_details").put("cached_tokens", row.getInt(index("cached_tokens")));
        body.put("system_fingerprint", row.getString(index("fingerprint")));
        return body;
    }

    private static ObjectNode choice(JsonNode output, boolean asChat) {
        ObjectNode choice = JSON.createObjectNode();
        choice.set("index", output.get("index"));
        if (asChat) {
            choice.putObject("message").put("role", "assistant").set("content", output.get("text"));
        } else {
            choice.set("text", output.get("text"));
        }
        JsonNode logprobs = output.get("logprobs");
        choice.set("logprobs", logprobs.isNull() ? logprobs : asChat ? chatLogprobs(logprobs) : logprobs(logprobs));
        choice.set("finish_reason", output.get("finish_reason"));
        choice.set("stop_reason", output.get("stop_reason"));
        choice.set("token_ids", output.get("token_ids"));
        return choice;
    }

    /** Tokens are named by their ids, as vLLM does with {@code return_tokens_as_token_ids}: some are no text of their own. */
    private static String name(JsonNode token) {
        return "token_id:" + token.get("token_id").asInt();
    }

    private static ObjectNode chatLogprobs(JsonNode tokens) {
        ObjectNode logprobs = JSON.createObjectNode();
        ArrayNode content = logprobs.putArray("content");
        for (JsonNode token : tokens) {
            ObjectNode one = content.addObject();
            one.put("token", name(token)).set("logprob", token.get("logprob"));
            ArrayNode top = one.putArray("top_logprobs");
            token.get("top")
                    .forEach(other -> top.addObject().put("token", name(other)).set("logprob", other.get("logprob")));
        }
        return logprobs;
    }

    private static ObjectNode logprobs(JsonNode tokens) {
        ObjectNode logprobs = JSON.createObjectNode();
        ArrayNode names = logprobs.putArray("tokens");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode tops = logprobs.putArray("top_logprobs");
        for (JsonNode token : tokens) {
            names.add(name(token));
            values.add(token.get("logprob"));
            ObjectNode top = tops.addObject();
            token.get("top").forEach(other -> top.set(name(other), other.get("logprob")));
        }
        return logprobs;
    }

    /** The row that a line and its file stand for; columns that lines do not have are null. */
    Row row(Row read) throws JsonProcessingException {
        JsonNode line = JSON.readTree(read.getString(0));
        JsonNode body = line.path("response").path("body");
        Object[] values = new Object[schema.size() + 2];
        values[index("id")] = line.path("custom_id").asText();
        values[index("outputs")] = outputs(body.path("choices"));
        values[index("prompt_tokens")] =
                body.path("usage").path("prompt_tokens").asInt();
        values[index("cached_tokens")] = body.path("usage")
                .path("prompt_tokens_details")
                .path("cached_tokens")
                .asInt();
        values[index("error")] = line.path("error").isObject()
                ? RowFactory.create(
                        line.path("error").path("code").asText(),
                        line.path("error").path("message").asText())
                : null;
        values[index("prefill_ms")] = 0.0;
        values[index("decode_ms")] = 0.0;
        values[index("fingerprint")] = body.path("system_fingerprint").asText();
        values[schema.size()] = read.getString(1);
        values[schema.size() + 1] = read.getString(0);
        return RowFactory.create(values);
    }

    private static Object[] outputs(JsonNode choices) {
        List<Row> outputs = new ArrayList<>();
        for (JsonNode choice : choices) {
            JsonNode text = choice.has("message") ? choice.path("message").path("content") : choice.path("text");
            outputs.add(RowFactory.create(
                    choice.path("index").asInt(),
                    text.textValue(),
                    choice.path("token_ids").valueStream().map(JsonNode::asInt).toArray(),
                    choice.path("finish_reason").asText(),
                    choice.path("stop_reason").textValue(),
                    Double.NaN,
                    null));
        }
        return outputs.toArray();
    }
}
