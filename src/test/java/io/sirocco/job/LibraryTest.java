package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inference inside of somebody's own Spark program. */
class LibraryTest {

    private static final long PATIENCE_SECONDS = 120;

    private static Map<String, Object> options(Object... more) {
        Map<String, Object> options = new java.util.HashMap<>(
                Map.of("model", TinyModel.path().toString(), "maxTokens", 6, "ignoreEos", true));
        for (int i = 0; i < more.length; i += 2) {
            options.put((String) more[i], more[i + 1]);
        }
        return options;
    }

    private static Dataset<Row> prompts() {
        return LocalJob.spark()
                .createDataset(List.of("some prompt", "other prompt", "some prompt", ""), Encoders.STRING())
                .toDF("prompt");
    }

    @Test
    void nothingIsComputedBeforeSparkNeedsIt() {
        Dataset<Row> answered = Sirocco.generate(prompts(), options("model", "/no/such/model"));
        assertEquals(
                List.of("prompt", "id", "outputs"), List.of(answered.columns()).subList(0, 3));
        Exception e = assertThrows(Exception.class, answered::collectAsList);
        assertEquals(
                "model \"/no/such/model\": no such file or directory",
                Failures.forPeople("", e).getMessage().split(";", -1)[0]);
    }

    @Test
    void answersAreColumnsToGoOnWith() {
        List<Row> rows = Sirocco.generate(prompts(), options())
                .where(functions.col("error").isNull())
                .select(functions.expr("prompt"), functions.expr("outputs[0].text"), functions.col("id"))
                .collectAsList();
        assertEquals(3, rows.size());
        assertTrue(rows.stream().allMatch(row -> row.getString(1).length() == 6), rows.toString());
        // Equal rows have one id, and so one answer.
        assertEquals(2, rows.stream().map(row -> row.getString(2)).distinct().count());
    }

    @Test
    void answersAreThoseOfAJob(@TempDir Path folder) throws IOException {
        LocalJob job = new LocalJob(folder);
        Path input = job.file(
                "in.jsonl", "{\"id\": \"a\", \"prompt\": \"some prompt\"}", "{\"id\": \"b\", \"prompt\": \"other\"}");
        job.run(input, "temperature = 1, seed = 7");
        Dataset<Row> rows = LocalJob.spark().read().json(input.toString());
        assertEquals(
                outputs(LocalJob.spark().read().parquet(job.output().toString())),
                outputs(Sirocco.generate(rows, options("temperature", 1.0, "seed", 7))));
    }

    private static Map<String, String> outputs(Dataset<Row> rows) {
        return rows.collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> row.getAs("id"),
                        row -> row.getList(row.fieldIndex("outputs")).toString()));
    }

    @Test
    void labelsAreColumnsToGoOnWith() {
        Map<String, Object> options =
                Map.of("model", TinyModel.path().toString(), "labels", List.of("one", "two", "three"));
        List<Row> rows = Sirocco.label(prompts(), options)
                .where(functions.col("prompt").notEqual(""))
                .select(
                        functions.col("id"),
                        functions.col("label"),
                        functions.expr("aggregate(label_scores, 0D, (sum, score) -> sum + score.probability)"))
                .collectAsList();
        assertEquals(3, rows.size());
        for (Row row : rows) {
            assertTrue(List.of("one", "two", "three").contains(row.getString(1)), row.toString());
            assertEquals(1, row.getDouble(2), 1e-9);
        }
        assertEquals(2, rows.stream().map(row -> row.getString(0)).distinct().count());
        OptionException e = assertThrows(
                OptionException.class, () -> Sirocco.label(prompts(), Map.of("model", "m", "label", "one,two")));
        assertEquals("unknown option label; the nearest is labels", e.getMessage());
    }

    @Test
    void anUnknownOptionIsNamed() {
        OptionException e =
                assertThrows(OptionException.class, () -> Sirocco.generate(prompts(), options("maxToken", 3)));
        assertEquals("unknown option maxToken; the nearest is maxTokens", e.getMessage());
    }

    /** The program of docs/library.md as it stands there. */
    @Test
    void thePythonProgramOfTheGuideRuns(@TempDir Path folder) throws Exception {
        assumeTrue(hasPySpark(), "python3 has no pyspark");
        Matcher program = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "library.md")));
        assertTrue(program.find());
        Path script = Files.writeString(
                folder.resolve("program.py"),
                program.group(1)
                        .replace("\"smollm2-135m\"", "\"" + TinyModel.path().toAbsolutePath() + "\""));
        Path log = folder.resolve("log");
        ProcessBuilder process = new ProcessBuilder("python3", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment()
                .put(
                        "PYSPARK_SUBMIT_ARGS",
                        "--master local[2] --driver-class-path " + System.getProperty("java.class.path")
                                + " pyspark-shell");
        Process running = process.start();
        assertTrue(running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the program does not end");
        assertEquals(0, running.exitValue(), Files.readString(log));
        assertTrue(Files.readString(log).contains("What is the capital of France?"), Files.readString(log));
    }

    private static boolean hasPySpark() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import pyspark")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
