package io.sirocco.job;

import static io.sirocco.job.LocalJob.answer;
import static io.sirocco.job.LocalJob.codes;
import static io.sirocco.job.LocalJob.ids;
import static io.sirocco.job.LocalJob.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts from templates and chats, and answers to rows that say how. */
class PromptsTest {

    private final LocalJob job;

    PromptsTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void aTemplateMakesThePromptFromAnyColumns() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"a\": \"one\", \"b\": {\"c\": [\"two\"]}}",
                "{\"a\": null, \"b\": {\"c\": []}}",
                "{\"a\": \"\", \"b\": {\"c\": [\"\"]}}",
                "{\"prompt\": \"one two\"}");
        String template =
                "promptTemplate = \"{{ a }}{% if b and b.c and b.c[0] %} {{ b.c[0] }}{% endif %}{{ prompt or '' }}"
                        + "{% if a is none and not prompt %}{{ raise_exception('no a') }}{% endif %}\"";
        List<Row> rows = job.answers(input, template.replace("{{ a }}", "{{ a or '' }}"));
        assertEquals(List.of("", "template_error", "empty_prompt", ""), codes(rows));
        assertTrue(message(rows.get(1)).contains("no a"), message(rows.get(1)));
        assertEquals(ids(rows.getFirst()), ids(rows.getLast()));
        assertTrue(job.failure(input, "promptTemplate = \"{% if %}\", overwrite = true")
                .startsWith("prompt-template: "));
    }

    @Test
    void chatsAreAnsweredThroughTheModelsTemplate() throws IOException {
        Path messages = job.file(
                "chats.jsonl",
                "{\"messages\": [{\"role\": \"system\", \"content\": \"be brief\"}, {\"role\": \"user\", \"content\": \"hi\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
        List<Row> chats = job.answers(messages, "");
        assertEquals(List.of("", ""), codes(chats));
        Path mixed = job.file(
                "mixed.jsonl",
                "{\"messages\": [{\"role\": \"system\", \"content\": \"be brief\"}, {\"role\": \"user\", \"content\": \"hi\"}]}",
                "{\"messages\": \"hi\"}");
        List<Row> asText = job.answers(mixed, "overwrite = true");
        assertEquals(List.of("", "invalid_messages"), codes(asText));
        Path prompts = job.file("in.jsonl", "{\"prompt\": \"hi\"}", "{\"prompt\": \"\"}");
        List<Row> wrapped = job.answers(prompts, "overwrite = true, system = \"be brief\"");
        assertEquals(List.of("", "empty_prompt"), codes(wrapped));
        Path spelled = job.file("in.txt", "system: be brief|user: hi|assistant:");
        List<Row> plain = job.answers(spelled, "overwrite = true");
        assertEquals(ids(wrapped.getFirst()), ids(chats.getFirst()));
        assertEquals(ids(wrapped.getFirst()), ids(asText.getFirst()));
        // Plain text gets BOS, a rendered chat brings what its template says.
        assertEquals(
                plain.getFirst().<Integer>getAs("prompt_tokens") - 1,
                wrapped.getFirst().<Integer>getAs("prompt_tokens"));
    }

    @Test
    void rowsParamsOverrideTheJobs() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"prompt\": \"fine\"}",
                "{\"prompt\": \"fine\", \"params\": {\"maxTokens\": 2, \"logprobs\": 3}}",
                "{\"prompt\": \"fine\", \"params\": {\"max-tokens\": \"3\"}}",
                "{\"prompt\": \"fine\", \"params\": {\"temperature\": 5, \"seed\": 3}}");
        List<Row> rows = job.answers(input, "");
        assertEquals(
                List.of(6, 2, 3, 6), rows.stream().map(row -> ids(row).size()).toList());
        List<Row> logprobs = answer(rows.get(1)).getList(6);
        assertEquals(2, logprobs.size());
        assertEquals(3, logprobs.getFirst().getList(2).size());
        assertNull(answer(rows.get(0)).getList(6));
        assertNotEquals(ids(rows.get(0)), ids(rows.get(3)));
    }

    @Test
    void paramsMayBeJsonText() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"prompt\": \"fine\", \"p\": \"{\\\"max_tokens\\\": 2}\"}",
                "{\"prompt\": \"fine\", \"p\": \"{\\\"max_tokens\\\": }\"}",
                "{\"prompt\": \"fine\"}");
        List<Row> rows = job.answers(input, "paramsColumn = p");
        assertEquals(List.of("", "invalid_params", ""), codes(rows));
        assertEquals(2, ids(rows.getFirst()).size());
        assertTrue(message(rows.get(1)).startsWith("p is not valid JSON"), message(rows.get(1)));
    }
}
