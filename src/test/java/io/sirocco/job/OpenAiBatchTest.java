package io.sirocco.job;

import static io.sirocco.job.LocalJob.answer;
import static io.sirocco.job.LocalJob.code;
import static io.sirocco.job.LocalJob.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of OpenAI's batches: each request is answered as it asks, and its line says what a row would. */
class OpenAiBatchTest {

    private static final String BATCH = "inputFormat = openai-batch";
    private static final String BOTH = BATCH + ", outputFormat = openai-batch";
    private static final JsonMapper JSON = new JsonMapper();

    private final LocalJob job;

    OpenAiBatchTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    private static String request(String id, String url, String body) {
        return "{\"custom_id\": \"%s\", \"method\": \"POST\", \"url\": \"%s\", \"body\": %s}".formatted(id, url, body);
    }

    private static String chat(String id, String rest) {
        return request(
                id,
                "/v1/chat/completions",
                "{\"model\": \"any\", \"messages\": [{\"role\": \"user\", \"content\": \"good day\"}]" + rest + "}");
    }

    private static String completion(String id, String prompt, String rest) {
        return request(id, "/v1/completions", "{\"model\": \"any\", \"prompt\": " + prompt + rest + "}");
    }

    private LocalJob other() throws IOException {
        return new LocalJob(Files.createDirectories(job.folder().resolve("other")));
    }

    private Map<String, JsonNode> lines() throws IOException {
        Map<String, JsonNode> lines = new TreeMap<>();
        try (Stream<Path> files = Files.list(job.output())) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".txt")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode read = JSON.readTree(line);
                    lines.put(read.get("custom_id").textValue(), read);
                }
            }
        }
        return lines;
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream().map(row -> answer(row).<String>getAs("text")).toList();
    }

    @Test
    void requestsAreAnsweredAsTheSameRowsWithTheSameOptionsWouldBe() throws IOException {
        Path batch = job.file(
                "batch.jsonl",
                chat("c1", ", \"max_completion_tokens\": 3"),
                chat("c2", ", \"temperature\": 1.5, \"seed\": 7, \"top_p\": 0.9, \"stream\": false, \"user\": \"u\""),
                request(
                        "c3",
                        "/v1/chat/completions",
                        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"good \"},"
                                + " {\"type\": \"text\", \"text\": \"day\"}]}], \"response_format\": {\"type\": \"text\"}}"),
                completion("t1", "\"good day\"", ", \"max_tokens\": 4, \"presence_penalty\": 1"),
                completion("t2", "[\"good day\"]", ""),
                completion("t3", "[5, 6, 7]", ""));
        List<Row> rows = job.answers(batch, BATCH);
        assertEquals(List.of("", "", "", "", "", ""), LocalJob.codes(rows));
        assertEquals(
                List.of("c1", "c2", "c3", "t1", "t2", "t3"),
                rows.stream().map(row -> row.<String>getAs("id")).toList());

        String messages = "\"messages\": [{\"role\": \"user\", \"content\": \"good day\"}]";
        List<Row> chats = other().answers(
                        job.file(
                                "chats.jsonl",
                                "{\"id\": \"c1\", " + messages + ", \"params\": {\"max_tokens\": 3}}",
                                "{\"id\": \"c2\", " + messages
                                        + ", \"params\": {\"temperature\": 1.5, \"seed\": 7, \"top_p\": 0.9}}",
                                "{\"id\": \"c3\", " + messages + "}"),
                        "overwrite = true");
        assertEquals(texts(chats), texts(rows.subList(0, 3)));
        List<Row> prompts = other().answers(
                        job.file(
                                "prompts.jsonl",
                                "{\"prompt\": \"good day\", \"params\": {\"max_tokens\": 4, \"presence_penalty\": 1}}",
                                "{\"prompt\": \"good day\"}"),
                        "overwrite = true");
        assertEquals(texts(prompts), texts(rows.subList(3, 5)));
        List<Row> ids = other().answers(job.file("ids.jsonl", "{\"token_ids\": [5, 6, 7]}"), "overwrite = true");
        assertEquals(texts(ids), texts(rows.subList(5, 6)));
    }

    @Test
    void aLineHasTheAnswersTheirLogprobsAndTheUsage() throws IOException {
        Path batch = job.file(
                "batch.jsonl",
                chat("c", ", \"logprobs\": true, \"top_logprobs\": 2, \"n\": 2, \"temperature\": 1"),
                completion("t", "\"good day\"", ", \"logprobs\": 1"));
        List<Row> rows = job.answers(batch, BATCH);
        job.run(batch, BOTH + ", overwrite = true");
        Map<String, JsonNode> lines = lines();
        for (Row row : rows) {
            JsonNode line = lines.get(row.<String>getAs("id"));
            assertTrue(line.get("error").isNull());
            assertEquals(200, line.at("/response/status_code").intValue());
            JsonNode body = line.at("/response/body");
            boolean chat = row.<String>getAs("id").equals("c");
            assertEquals(
                    chat ? "chat.completion" : "text_completion",
                    body.get("object").textValue());
            List<Row> outputs = row.getList(row.fieldIndex("outputs"));
            assertEquals(outputs.size(), body.get("choices").size());
            assertEquals(
                    row.<Integer>getAs("prompt_tokens"),
                    body.at("/usage/prompt_tokens").intValue());
            assertEquals(6 * outputs.size(), body.at("/usage/completion_tokens").intValue());
            assertEquals(
                    row.<String>getAs("fingerprint"),
                    body.get("system_fingerprint").textValue());
            for (int i = 0; i < outputs.size(); i++) {
                JsonNode choice = body.get("choices").get(i);
                assertEquals(i, choice.get("index").intValue());
                assertEquals(
                        outputs.get(i).<String>getAs("text"),
                        choice.at(chat ? "/message/content" : "/text").textValue());
                assertEquals("length", choice.get("finish_reason").textValue());
                Row first = outputs.get(i).<Row>getList(6).getFirst();
                String name = "token_id:" + first.getInt(0);
                JsonNode logprobs = choice.get("logprobs");
                assertEquals(
                        name,
                        logprobs.at(chat ? "/content/0/token" : "/tokens/0").textValue());
                assertEquals(
                        first.getDouble(1),
                        logprobs.at(chat ? "/content/0/logprob" : "/token_logprobs/0")
                                .doubleValue());
                assertEquals(
                        chat ? 2 : 1,
                        logprobs.at(chat ? "/content/0/top_logprobs" : "/top_logprobs/0")
                                .size());
            }
        }
    }

    @Test
    void aRowWithAnErrorIsALineWithTheError() throws IOException {
        job.run(job.file("batch.jsonl", chat("a", ""), completion("b", "\"\"", "")), BOTH);
        JsonNode line = lines().get("b");
        assertEquals("empty_prompt", line.at("/error/code").textValue());
        assertEquals("body.prompt is empty", line.at("/error/message").textValue());
        assertEquals(400, line.at("/response/status_code").intValue());
        assertTrue(line.at("/response/body").isNull());
    }

    @Test
    void rowsOfOtherFormatsBecomeChatsIfTheyAreAskedAsChats() throws IOException {
        Path input = job.file("in.jsonl", "{\"id\": \"r\", \"prompt\": \"good day\"}");
        job.run(input, "outputFormat = openai-batch, chat = true");
        assertEquals(
                "chat.completion", lines().get("r").at("/response/body/object").textValue());
        job.run(input, "outputFormat = openai-batch, overwrite = true");
        assertEquals(
                "text_completion", lines().get("r").at("/response/body/object").textValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/embeddings | {} | invalid_params | url is /v1/embeddings; expected /v1/chat/completions or /v1/completions
            /v1/completions | null | invalid_params | body is missing; expected a request as of /v1/completions
            /v1/completions | [1] | invalid_params | body is not an object; expected a request as of /v1/completions
            /v1/completions | {"model": "m"} | empty_prompt | body.prompt is null
            /v1/completions | {"prompt": ["a", "b"]} | tokenizer_error | body.prompt[0] is a; expected a token id
            /v1/completions | {"prompt": "a", "max_tokens": "lots"} | invalid_params | body.max_tokens is lots; expected a whole number
            /v1/completions | {"prompt": "a", "temperature": -1} | invalid_params | temperature is -1.0; expected 0 (greedy) to 100
            /v1/completions | {"prompt": "a", "stream": true} | invalid_params | body.stream is unknown; the nearest is seed
            /v1/completions | {"prompt": "a", "best_off": 2} | invalid_params | body.best_off is unknown; the nearest is
            /v1/chat/completions | {"model": "m"} | empty_prompt | body.messages is null
            /v1/chat/completions | {"messages": [{"role": "user"}]} | invalid_messages | body.messages[0] has no content
            /v1/chat/completions | {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]} | invalid_messages | body.messages[0].content is not a text
            /v1/chat/completions | {"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "xml"}} | invalid_params | body.response_format is {type=xml}; expected type text, json_object or json_schema with a schema
            """)
    void whatARequestAsksWronglyIsSaidOfItAlone(String url, String body, String code, String message)
            throws IOException {
        List<Row> rows = job.answers(job.file("batch.jsonl", request("bad", url, body), chat("good", "")), BATCH);
        assertEquals(List.of(code, ""), LocalJob.codes(rows));
        assertTrue(message(rows.getFirst()).startsWith(message), message(rows.getFirst()));
    }

    @Test
    void aLineThatIsNoRequestIsAnErrorRow() throws IOException {
        List<Row> rows = job.answers(job.file("batch.jsonl", "{\"custom_id\": \"a\", ", chat("good", "")), BATCH);
        assertEquals(2, rows.size());
        assertEquals("invalid_params", code(rows.getFirst()));
        assertEquals("", code(rows.getLast()));
    }

    @Test
    void aJsonSchemaIsTakenFromTheResponseFormat() throws BadRow {
        String format = "{\"messages\": [], \"response_format\": {\"type\": \"json_schema\", \"json_schema\":"
                + " {\"name\": \"n\", \"strict\": true, \"schema\": {\"type\": \"integer\", \"minimum\": 1}}}}";
        assertEquals(
                Map.of("json_schema", "{\"type\":\"integer\",\"minimum\":1}"),
                BatchBody.read("/v1/chat/completions", format).params());
        assertEquals(
                Map.of("json_schema", "{\"type\": \"object\"}"),
                BatchBody.read("/v1/chat/completions", "{\"response_format\": {\"type\": \"json_object\"}}")
                        .params());
    }

    @Test
    void whatALineCannotHoldIsRefused() throws IOException {
        Path batch = job.file("batch.jsonl", chat("a", ""));
        assertEquals(
                "output-format openai-batch has no place for parse or prompt-logprobs; choose another",
                job.failure(batch, BOTH + ", promptLogprobs = true"));
        String label = "model = m, input = i, output = o, labels = [a, b], outputFormat = openai-batch";
        assertEquals(
                "output-format openai-batch holds completions, no labels; choose another",
                assertThrows(
                                OptionException.class,
                                () -> OptionTable.label()
                                        .read(ConfigFactory.parseString(label).root(), key -> key))
                        .getMessage());
    }
}
