package io.sirocco.job;

import static io.sirocco.job.LocalJob.code;
import static io.sirocco.job.LocalJob.codes;
import static io.sirocco.job.LocalJob.ids;
import static io.sirocco.job.LocalJob.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bad row becomes an error in its own place. */
class ErrorRowsTest {

    private final LocalJob job;

    ErrorRowsTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void badRowsKeepTheirPlaceAndTheOthersAreAnswered() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"fine\"}",
                "{\"id\": \"b\", \"prompt\": null}",
                "{\"id\": \"c\", \"prompt\": \"\"}",
                "{\"id\": \"d\", \"prompt\": \"fine\", \"params\": {\"max_tokens\": 5000}}",
                "{\"id\": \"e\", \"prompt\": \"fine\", \"params\": {\"max_tokens\": 0}}",
                "{\"id\": \"f\", \"prompt\": \"fine\", \"params\": {\"heat\": 1}}",
                "no json",
                "{\"id\": \"h\", \"prompt\": \"fine\"}");
        List<Row> rows = job.answers(input, "");
        assertEquals(
                List.of(
                        "",
                        "empty_prompt",
                        "empty_prompt",
                        "prompt_too_long",
                        "invalid_params",
                        "invalid_params",
                        "empty_prompt",
                        ""),
                codes(rows));
        assertEquals(
                List.of("a", "b", "c", "d", "e", "f", "in.jsonl:6", "h"),
                rows.stream().map(row -> row.<String>getAs("id")).toList());
        assertTrue(message(rows.get(4)).contains("max-tokens is 0"), message(rows.get(4)));
        assertTrue(message(rows.get(5)).contains("heat"), message(rows.get(5)));
        assertEquals("no json", rows.get(6).getAs("_corrupt_record"));
        for (Row row : rows) {
            assertEquals(
                    code(row).isEmpty() ? 1 : 0,
                    row.getList(row.fieldIndex("outputs")).size());
        }
        assertEquals(ids(rows.getFirst()), ids(rows.getLast()));
    }

    @Test
    void wrongSamplingParamsOfARowAreNamedWithTheirValue() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"prompt\": \"fine\", \"params\": {\"n\": 0}}",
                "{\"prompt\": \"fine\", \"params\": {\"min_tokens\": 7}}",
                "{\"prompt\": \"fine\", \"params\": {\"stop_token_ids\": \"x\"}}",
                "{\"prompt\": \"fine\", \"params\": {\"stop_token_ids\": [5, -1]}}",
                "{\"prompt\": \"fine\", \"params\": {\"include_stop\": \"maybe\"}}",
                "{\"prompt\": \"fine\", \"params\": {\"min_p\": 1.5}}",
                "{\"prompt\": \"fine\", \"params\": {\"repetition_penalty\": \"much\"}}",
                "{\"prompt\": \"fine\", \"params\": {\"presence_penalty\": 2.5}}",
                "{\"prompt\": \"fine\", \"params\": {\"frequency_penalty\": -2.5}}",
                "{\"prompt\": \"fine\", \"params\": {\"prompt_logprobs\": true}}");
        assertEquals(
                List.of(
                        "n is 0; expected 1 to 1024",
                        "min-tokens is 7; expected 0 to max-tokens, 6",
                        "params.stop_token_ids is x; expected token ids",
                        "stop-token-ids is -1; expected token ids",
                        "params.include_stop is maybe; expected true or false",
                        "min-p is 1.5; expected 0 (off) to 1",
                        "params.repetition_penalty is much; expected a number",
                        "presence-penalty is 2.5; expected -2 to 2; 0 is off",
                        "frequency-penalty is -2.5; expected -2 to 2; 0 is off",
                        "params.prompt_logprobs is unknown; the nearest is logprobs"),
                invalid(job.answers(input, "")));
    }

    @Test
    void aRowsParamsAreJudgedTogetherWithTheJobs() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"prompt\": \"fine\", \"params\": \"{\\\"min_tokens\\\": 7, \\\"max_tokens\\\": 8}\"}",
                "{\"prompt\": \"fine\", \"params\": \"{\\\"max_tokens\\\": 4}\"}",
                "{\"prompt\": \"fine\"}");
        List<Row> rows = job.answers(input, "minTokens = 5");
        assertEquals(List.of("", "invalid_params", ""), codes(rows));
        assertEquals("min-tokens is 5; expected 0 to max-tokens, 4", message(rows.get(1)));
    }

    private static List<String> invalid(List<Row> rows) {
        assertEquals(Set.of("invalid_params"), Set.copyOf(codes(rows)));
        return rows.stream().map(LocalJob::message).toList();
    }

    @Test
    void nullsInsideOfMessagesAreErrorRows() throws IOException {
        Path messages = job.file(
                "chats.jsonl",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}, null]}",
                "{\"messages\": [null]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": null}]}",
                "{\"messages\": [{\"role\": null, \"content\": \"hi\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
        List<Row> rows = job.answers(messages, "system = \"be brief\"");
        assertEquals(
                List.of("invalid_messages", "invalid_messages", "invalid_messages", "invalid_messages", ""),
                codes(rows));
        assertEquals("messages[1] is not an object of role and content", message(rows.getFirst()));
        assertEquals("messages[0] has no content", message(rows.get(2)));
        assertEquals("messages[0] has no role", message(rows.get(3)));
    }

    @Test
    void nullsInsideOfTokenIdsAreErrorRows() throws IOException {
        Path ids = job.file(
                "ids.jsonl",
                "{\"token_ids\": [5, null, 7]}",
                "{\"token_ids\": null}",
                "{\"token_ids\": []}",
                "{\"token_ids\": [5, 6, 7]}");
        List<Row> rows = job.answers(ids, "");
        assertEquals(List.of("tokenizer_error", "empty_prompt", "empty_prompt", ""), codes(rows));
        assertEquals("token_ids[1] is null; expected a token id", message(rows.getFirst()));
        Path text = job.file("text.jsonl", "{\"token_ids\": \"[5, null]\"}", "{\"token_ids\": \"[5, 6, 7]\"}");
        assertEquals(List.of("tokenizer_error", ""), codes(job.answers(text, "overwrite = true")));
    }

    @Test
    void badMessagesAreErrorRows() throws IOException {
        Path messages = job.file(
                "chats.jsonl",
                "{\"messages\": [{\"role\": \"user\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\", \"name\": \"Bob\"}]}",
                "{\"messages\": []}",
                "{\"messages\": null}");
        List<Row> rows = job.answers(messages, "");
        assertEquals(List.of("invalid_messages", "invalid_messages", "invalid_messages", "empty_prompt"), codes(rows));
        assertEquals("messages[0] has no content", message(rows.getFirst()));
        assertEquals("messages[0] has name; expected role and content only", message(rows.get(1)));
    }
}
