package io.sirocco.job;

import static io.sirocco.job.LocalJob.code;
import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.job.arrow.ArrowFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from the files of an input, and what is said of an input that cannot be used. */
class InputFormatsTest {

    private final LocalJob job;

    InputFormatsTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "JSON,PARQUET",
        "CSV,JSON",
        "TEXT,PARQUET",
        "PARQUET,CSV",
        "ORC,ARROW",
        "ARROW,ORC",
        "OPENAI_BATCH,JSON",
        "JSON,OPENAI_BATCH"
    })
    void everyFormatIsReadAndWritten(InputFormat in, OutputFormat out) throws IOException {
        Path input = job.file("in.jsonl", "{\"prompt\": \"one\"}", "{\"prompt\": \"two, \\\"three\\\"\"}");
        switch (in) {
            case JSON -> {}
            case TEXT -> input = job.file("in.txt", "one", "two, \"three\"");
            case CSV -> input = job.file("in.csv", "prompt,other", "one,1", "\"two, \"\"three\"\"\",2");
            case PARQUET -> input = written(input, "parquet");
            case ORC -> input = written(input, "orc");
            case ARROW -> input = written(input, ArrowFormat.class.getName());
            case OPENAI_BATCH ->
                input = job.file(
                        "in.jsonl",
                        "{\"custom_id\": \"1\", \"url\": \"/v1/completions\", \"body\": {\"prompt\": \"one\"}}",
                        "{\"custom_id\": \"2\", \"url\": \"/v1/completions\", \"body\": {\"prompt\": \"two, \\\"three\\\"\"}}");
        }
        String formats = "outputFormat = " + LocalJob.value(out)
                + (in == InputFormat.OPENAI_BATCH ? ", inputFormat = openai-batch" : "");
        List<Row> rows = job.answers(input, formats);
        assertEquals(List.of("", ""), LocalJob.codes(rows));
        List<Row> expected = answersTo("one", "two, \"three\"");
        for (int i = 0; i < 2; i++) {
            assertEquals(LocalJob.ids(expected.get(i)), LocalJob.ids(rows.get(i)));
            assertEquals(
                    LocalJob.answer(expected.get(i)).<String>getAs("text"),
                    LocalJob.answer(rows.get(i)).getAs("text"));
        }
        if (in != InputFormat.OPENAI_BATCH && out != OutputFormat.OPENAI_BATCH) {
            assertEquals(
                    List.of("one", "two, \"three\""),
                    rows.stream().map(row -> row.<String>getAs("prompt")).toList());
        }
    }

    private List<Row> answersTo(String... texts) throws IOException {
        return new LocalJob(Files.createDirectories(job.folder().resolve("plain")))
                .answers(job.file("plain.txt", texts), "");
    }

    private Path written(Path json, String format) {
        Path folder = job.folder().resolve("in." + format);
        spark().read().json(json.toString()).coalesce(1).write().format(format).save(folder.toString());
        return folder;
    }

    @Test
    void csvPromptMayGoOverLinesAndNoTypeIsGuessed() throws IOException {
        Path input = job.file("in.csv", "id,prompt", "007,\"two", "lines\"");
        List<Row> rows = job.answers(input, "");
        assertEquals(1, rows.size());
        assertEquals("007", rows.getFirst().getAs("id"));
        assertEquals("two\nlines", rows.getFirst().getAs("prompt"));
    }

    @Test
    void aCsvRowOfTooManyCellsIsAnsweredAndKeptWhole() throws IOException {
        List<Row> rows = job.answers(job.file("in.csv", "id,prompt", "1,one,more", "2,two", "3"), "");
        assertEquals(3, rows.size());
        assertEquals("one", rows.getFirst().getAs("prompt"));
        assertEquals("1,one,more", rows.getFirst().getAs("_corrupt_record"));
        assertEquals("", code(rows.getFirst()));
        assertNull(rows.get(1).getAs("_corrupt_record"));
        assertEquals("empty_prompt", code(rows.get(2)));
    }

    @Test
    void theInputSaysWhatIsMissing() throws IOException {
        Path input = job.file("in.jsonl", "{\"question\": \"abc\", \"n\": 1}");
        assertEquals(
                "the input has no column prompt, messages or token_ids; it has n, question. Name one with --prompt-column",
                job.failure(input, ""));
        assertEquals(
                "the input has no column text (--prompt-column); it has n, question",
                job.failure(input, "promptColumn = text"));
        assertEquals("column n is bigint; expected string", job.failure(input, "promptColumn = n"));
        assertEquals(
                "the input has no column key (--id-column); it has n, question",
                job.failure(input, "promptColumn = question, idColumn = key"));
        assertTrue(job.failure(job.folder().resolve("none.jsonl"), "").endsWith("none.jsonl does not exist"));
        assertTrue(job.failure(job.folder().resolve("*.none"), "").endsWith("*.none does not exist"));
        assertTrue(job.failure(job.file("in.xyz", "abc"), "").endsWith("say it with --input-format"));
        assertTrue(job.failure(job.file("empty.jsonl"), "").endsWith("has no rows"));
        assertTrue(job.failure(job.file("array.json", "[", "{\"prompt\": \"a\"},", "{\"prompt\": \"b\"}", "]"), "")
                .contains("is not JSON lines"));
        assertFalse(Files.exists(job.output()));
    }
}
