package io.sirocco.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirocco.job.LocalJob;
import io.sirocco.job.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sirocco submit} on real clusters of two workers. They take Sirocco from the packaged jar alone, so these tests run after it has
 * been made.
 */
@Tag("packaged")
class SubmitTest {

    private static final int ROWS = 60;

    private record Ended(int code, String output) {}

    @TempDir
    private Path folder;

    /** The launcher builds if the class path is older than the sources; it is not, since the build has just made it. */
    @BeforeAll
    static void theBuildIsNew() throws IOException {
        Files.setLastModifiedTime(Path.of("target", "classpath"), FileTime.from(Instant.now()));
    }

    @Test
    void aClusterOfTheBuildsJarsNeedsNothingButTheJar() throws Exception {
        bothDeployModesAnswerAsALocalJobDoes(SparkHome.ofTheBuild(folder.resolve("spark")));
    }

    @Test
    void aRealDistributionNeedsNothingButTheJar() throws Exception {
        assumeTrue(SparkHome.installed().isPresent(), "SPARK_HOME is not set to a Spark distribution");
        bothDeployModesAnswerAsALocalJobDoes(SparkHome.installed().orElseThrow());
    }

    @Test
    void withoutSparkItSaysWhatToDo() throws Exception {
        ProcessBuilder process = new ProcessBuilder("./sirocco", "submit", "--", "version");
        process.environment().put("SPARK_HOME", folder.toString());
        Ended ended = run(process);
        assertEquals(1, ended.code());
        assertEquals(
                "sirocco: SPARK_HOME is " + folder
                        + ", which has no bin/spark-submit; set it to a Spark 4.2 distribution\n",
                ended.output());
    }

    private void bothDeployModesAnswerAsALocalJobDoes(SparkHome home) throws Exception {
        Path input = Files.writeString(
                folder.resolve("in.jsonl"),
                IntStream.range(0, ROWS)
                        .mapToObj("{\"prompt\": \"some prompt %d\"}\n"::formatted)
                        .collect(Collectors.joining()));
        Ended local = run(new ProcessBuilder(generate(List.of("./sirocco"), input, "local")));
        assertEquals(0, local.code(), local.output());
        try (StandaloneCluster cluster = new StandaloneCluster(home, folder.resolve("daemons"), 2, 3)) {
            for (String mode : List.of("client", "cluster")) {
                Path metrics = Files.createDirectories(folder.resolve("metrics-" + mode));
                List<String> submit = List.of(
                        "./sirocco",
                        "submit",
                        "--master",
                        cluster.url(),
                        "--deploy-mode",
                        mode,
                        "--driver-memory",
                        "1g",
                        "--executor-memory",
                        "1g",
                        "--conf",
                        "spark.executor.cores=2",
                        "--conf",
                        "spark.driver.host=127.0.0.1",
                        "--conf",
                        "spark.standalone.submit.waitAppCompletion=true",
                        "--conf",
                        "spark.metrics.conf.driver.sink.csv.class=org.apache.spark.metrics.sink.CsvSink",
                        "--conf",
                        "spark.metrics.conf.driver.sink.csv.directory=" + metrics,
                        "--conf",
                        "spark.metrics.conf.driver.sink.csv.period=1",
                        "--");
                Ended ended = run(home.command(generate(submit, input, mode)));
                assertEquals(0, ended.code(), ended.output());
                assertEquals(answers("local"), answers(mode));
                // Two executors with two slots each; cluster mode leaves a core to the driver.
                assertEquals(2, figure(metrics, "model_loads"));
                assertTrue(figure(metrics, "decode_tokens") > 0);
                if (mode.equals("client")) {
                    assertTrue(ended.output().contains("sirocco: " + ROWS + " rows, 0 errors"), ended.output());
                }
            }
        }
    }

    /** The last that the driver's metrics said. */
    private static long figure(Path metrics, String name) throws IOException {
        try (Stream<Path> files = Files.list(metrics)) {
            Path file = files.filter(path -> path.toString().endsWith("SiroccoPlugin." + name + ".csv"))
                    .findFirst()
                    .orElseThrow();
            String last = Files.readAllLines(file).getLast();
            return Long.parseLong(last.substring(last.indexOf(',') + 1));
        }
    }

    private List<String> generate(List<String> launcher, Path input, String output) {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(
                List.of("generate", "--model", TinyModel.path().toAbsolutePath().toString()));
        command.addAll(List.of(
                "--input", input.toString(), "--output", folder.resolve(output).toString()));
        command.addAll(List.of("--max-tokens", "8", "--temperature", "1", "--ignore-eos"));
        return command;
    }

    /** Answers by row id. */
    private Map<String, String> answers(String output) {
        LocalJob.session();
        Map<String, String> answers =
                SparkSession.active().read().parquet(folder.resolve(output).toString()).collectAsList().stream()
                        .collect(Collectors.toMap(
                                row -> row.getAs("id"),
                                row -> row.<Row>getList(row.fieldIndex("outputs"))
                                        .toString()));
        assertEquals(ROWS, answers.size());
        return answers;
    }

    private Ended run(ProcessBuilder process) throws IOException, InterruptedException {
        Path log = folder.resolve("run.log");
        Process running =
                process.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertTrue(running.waitFor(4, TimeUnit.MINUTES), () -> "no end of " + process.command());
            return new Ended(running.exitValue(), Files.readString(log));
        } finally {
            running.destroy();
        }
    }
}
