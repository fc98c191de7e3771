package io.sirocco.job;

import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The columns of an output: all of the input's, then ours. */
class OutputColumnsTest {

    private static final String OURS = "outputs ARRAY<STRUCT<index: INT, text: STRING, token_ids: ARRAY<INT>, "
            + "finish_reason: STRING, stop_reason: STRING, cumulative_logprob: DOUBLE, "
            + "logprobs: ARRAY<STRUCT<token_id: INT, logprob: DOUBLE, "
            + "top: ARRAY<STRUCT<token_id: INT, logprob: DOUBLE>>>>>>,prompt_tokens INT,cached_tokens INT,"
            + "error STRUCT<code: STRING, message: STRING>,prefill_ms DOUBLE,decode_ms DOUBLE,fingerprint STRING";

    private final LocalJob job;

    OutputColumnsTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void outputColumnsAreTheInputsThenOurs() throws IOException {
        Path input = job.file("in.jsonl", "{\"prompt\": \"abc\", \"n\": 7}");
        job.run(input, "");
        assertEquals(
                "n BIGINT,prompt STRING,id STRING," + OURS,
                spark().read().parquet(job.output().toString()).schema().toDDL());
    }

    @Test
    void idColumnBecomesAStringWhereItStands() throws IOException {
        Path input = job.file("in.jsonl", "{\"id\": 7, \"prompt\": \"abc\"}", "{\"id\": 8, \"prompt\": \"abc\"}");
        List<Row> rows = job.answers(input, "");
        assertEquals("id STRING,prompt STRING," + OURS, rows.getFirst().schema().toDDL());
        assertEquals("8", rows.get(1).getAs("id"));
    }

    @Test
    void otherIdColumnStaysAsItIs() throws IOException {
        Path input = job.file("in.jsonl", "{\"q\": 7, \"prompt\": \"abc\"}");
        List<Row> rows = job.answers(input, "idColumn = q, promptLogprobs = true");
        assertEquals(
                "prompt STRING,q BIGINT,id STRING,"
                        + OURS.replace("error STRUCT", "prompt_logprobs ARRAY<DOUBLE>,error STRUCT"),
                rows.getFirst().schema().toDDL());
        assertEquals("7", rows.getFirst().getAs("id"));
        List<Double> logprobs = rows.getFirst().getList(rows.getFirst().fieldIndex("prompt_logprobs"));
        assertEquals(4, logprobs.size()); // BOS, a, b, c
        assertNull(logprobs.getFirst());
    }

    @Test
    void aColumnOfOursInTheInputIsRefusedUnlessOursGetAPrefix() throws IOException {
        Path input = job.file("in.jsonl", "{\"prompt\": \"abc\", \"Error\": 1, \"id\": 4}");
        String message = job.failure(input, "");
        assertTrue(message.contains("column Error") && message.contains("--output-prefix"), message);
        assertFalse(Files.exists(job.output()));
        Row row = job.answers(input, "outputPrefix = x_").getFirst();
        assertEquals(
                "Error BIGINT,id BIGINT,prompt STRING,x_id STRING,"
                        + Stream.of(OURS.split(",(?=\\w+ [A-Z])"))
                                .map(column -> "x_" + column)
                                .collect(Collectors.joining(",")),
                row.schema().toDDL());
    }
}
