package io.sirocco.job;

import static io.sirocco.job.LocalJob.answer;
import static io.sirocco.job.LocalJob.ids;
import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs on a local Spark session with a real, tiny model: what is answered, and what happens on the way. */
class GenerateJobTest {

    private final LocalJob job;

    GenerateJobTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void tokenIdsAreAnsweredAsTheReferenceDoes() throws IOException {
        Goldens golden = Goldens.of(Goldens.resource("mistral-window4-worked"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            lines.add("{\"id\": %d, \"token_ids\": %s}".formatted(i, Arrays.toString(golden.ints("prompt." + i))));
        }
        List<Row> rows = job.answers(job.file("in.jsonl", lines.toArray(String[]::new)), "maxTokens = 20");
        assertEquals(12, rows.size());
        for (int i = 0; i < 12; i++) {
            assertEquals(String.valueOf(i), rows.get(i).getAs("id"));
            assertEquals(Arrays.stream(golden.ints("greedy." + i)).boxed().toList(), ids(rows.get(i)));
            assertEquals("length", answer(rows.get(i)).getString(3));
            assertEquals(golden.ints("prompt." + i).length, rows.get(i).<Integer>getAs("prompt_tokens"));
        }
    }

    @Test
    void idsAndAnswersDoNotDependOnHowFilesAreSplit() throws IOException {
        Path input = Files.createDirectories(job.folder().resolve("in"));
        for (String name : List.of("b.jsonl", "a.jsonl")) {
            Files.writeString(
                    input.resolve(name),
                    IntStream.range(0, 15)
                            .mapToObj(i -> "{\"prompt\": \"%s\"}\n".formatted("abcdefghij".substring(i % 10) + name))
                            .collect(Collectors.joining()));
        }
        String sampled = "temperature = 2, seed = 5";
        List<Row> whole = job.answers(input, sampled);
        String bytes = spark().conf().get("spark.sql.files.maxPartitionBytes");
        spark().conf().set("spark.sql.files.maxPartitionBytes", "150");
        try {
            List<Row> split = job.answers(input, sampled + ", overwrite = true, maxBatch = 3");
            assertTrue(spark().read().parquet(job.output().toString()).inputFiles().length > 5);
            assertEquals(byId(whole), byId(split));
            assertTrue(byId(whole).containsKey("a.jsonl:0") && byId(whole).containsKey("b.jsonl:14"));
            assertEquals(30, byId(whole).size());
            assertEquals(
                    IntStream.range(0, 15).mapToObj(i -> "a.jsonl:" + i).collect(Collectors.toSet()),
                    byId(job.answers(input, sampled + ", overwrite = true, limit = 15"))
                            .keySet());
        } finally {
            spark().conf().set("spark.sql.files.maxPartitionBytes", bytes);
        }
    }

    private static Map<String, List<Integer>> byId(List<Row> rows) {
        return rows.stream().collect(Collectors.toMap(row -> row.getAs("id"), LocalJob::ids));
    }

    @Test
    void allRowsOfASmallFileAreInFlightTogether() throws IOException {
        Path input = job.file(
                "in.txt", IntStream.range(0, 40).mapToObj(i -> "some prompt").toArray(String[]::new));
        Engine engine = Engines.get(
                        TinyModel.path().toString(), job.options(input, "").engine())
                .engine();
        long before = engine.stats().steps();
        job.run(input, "maxTokens = 50");
        long steps = engine.stats().steps() - before;
        assertTrue(steps < 2 * 50 + 40, "40 rows of 50 tokens took " + steps + " steps");
    }

    @Test
    void aCancelledJobLeavesNoRowInTheEngineAndWithoutAnAnswerNoOutput() throws Exception {
        Path input = job.file(
                "in.txt", IntStream.range(0, 500).mapToObj(i -> "some prompt").toArray(String[]::new));
        GenerateOptions options = job.options(input, "maxTokens = 3500, maxBatch = 8");
        Engine engine =
                Engines.get(TinyModel.path().toString(), options.engine()).engine();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Summary> summary = thread.submit(() -> job.run(options));
            while (engine.stats().running() == 0 || !Files.exists(job.output())) {
                assertFalse(summary.isDone());
                Thread.sleep(10);
            }
            spark().sparkContext().cancelAllJobs();
            ExecutionException e = assertThrows(ExecutionException.class, summary::get);
            assertEquals(UnfinishedException.class, e.getCause().getClass());
            assertFalse(e.getCause().getMessage().contains("\n"), e.getCause().getMessage());
        }
        assertFalse(Files.exists(job.output()));
        for (int i = 0; i < 500 && engine.stats().running() + engine.stats().waiting() > 0; i++) {
            Thread.sleep(10);
        }
        assertEquals(0, engine.stats().running() + engine.stats().waiting());
    }

    @Test
    void stopTextEndsTheAnswer() throws IOException {
        Path input = job.file("in.txt", "some prompt");
        String text = answer(job.answers(input, "").getFirst()).getString(1);
        String stop = text.substring(2, 3);
        Row row = answer(job.answers(input, "overwrite = true, stop = [\"" + stop + "\"]")
                .getFirst());
        assertEquals(text.substring(0, text.indexOf(stop)), row.getString(1));
        assertEquals("stop", row.getString(3));
        assertEquals(stop, row.getString(4));
    }
}
