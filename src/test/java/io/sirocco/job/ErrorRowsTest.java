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
