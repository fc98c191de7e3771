package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sirocco.cli.SiroccoProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * A job of some seconds, in processes that are killed. What it must come to in the end is what an undisturbed run in the test's own JVM
 * comes to: each id once, and the same bytes.
 */
final class KilledJob {

    private static final int ROWS = 600;

    /** Several seconds of work, in waves of a second, each of many chunks. */
    private static final String OPTIONS =
            "maxTokens = 150, temperature = 1.5, seed = 3, logprobs = 1, maxBatch = 8, waveSeconds = 1, ";

    private final LocalJob job;
    private final Path input;
    private final Path log;

    KilledJob(Path folder) throws IOException {
        job = new LocalJob(folder);
        log = folder.resolve("log");
        List<String> lines = new ArrayList<>(IntStream.range(0, ROWS)
                .mapToObj(i -> "{\"id\": \"r%d\", \"prompt\": \"%s\"}"
                        .formatted(i, "abcdefghij".repeat(4).substring(i % 7, 10 + i % 29)))
                .toList());
        lines.set(ROWS / 2, "{\"id\": \"r" + ROWS / 2 + "\", \"prompt\": \"\"}");
        input = job.file("in.jsonl", lines.toArray(String[]::new));
    }

    /** Starts the same command as ever. */
    SiroccoProcess start(List<String> jvmOptions, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(
                "generate",
                "--model",
                TinyModel.path().toAbsolutePath().toString(),
                "--input",
                input.toString(),
                "--output",
                job.output().toString(),
                "--ignore-eos"));
        args.addAll(List.of(
                "--max-tokens", "150", "--temperature", "1.5", "--seed", "3", "--logprobs", "1", "--max-batch", "8"));
        args.addAll(List.of("--wave-seconds", "1"));
        args.addAll(List.of(more));
        List<String> options = new ArrayList<>(List.of("-Xmx512m"));
        options.addAll(jvmOptions);
        return SiroccoProcess.run(log, options, args);
    }

    /** Starts it on executors of one core each. */
    SiroccoProcess startOnCluster(List<String> jvmOptions, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Dspark.executor.cores=1",
                "-Dspark.executor.memory=512m",
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"),
                "-Dspark.executor.extraJavaOptions=@"
                        + Path.of("conf", "jvm.options").toAbsolutePath() + " "
                        + String.join(" ", SiroccoProcess.QUICK_START)));
        options.addAll(jvmOptions);
        return start(options, more);
    }

    /** What the same command says in this process, while it runs in another. */
    String refusal() {
        return job.failure(input, OPTIONS);
    }

    int rows() {
        return ROWS;
    }

    /** Files of rows that a reader of the output sees now. */
    int files() {
        if (!Files.exists(job.output())) {
            return 0;
        }
        try (Stream<Path> files = Files.list(job.output())) {
            return (int) files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows that a reader of the output sees now, each of them once. */
    int committed() {
        return answers(job.output()).size();
    }

    /** All that is said of a row but how long it took, by id. */
    private static Map<String, String> answers(Path output) {
        Map<String, String> answers = new TreeMap<>();
        for (Row row : LocalJob.spark()
                .read()
                .parquet(output.toString())
                .drop("prefill_ms", "decode_ms", "cached_tokens")
                .collectAsList()) {
            String id = row.getAs("id");
            assertEquals(null, answers.put(id, row.toString()), id + " is there twice");
        }
        return answers;
    }

    void assertFinishedAsIfUndisturbed() throws IOException {
        Path undisturbed = job.folder().resolve("undisturbed");
        job.run(input, OPTIONS + "output = \"" + undisturbed + "\"");
        Map<String, String> expected = answers(undisturbed);
        assertEquals(ROWS, expected.size());
        assertEquals(expected, answers(job.output()));
        try (Stream<Path> files = Files.list(job.output())) {
            assertEquals(
                    List.of("_SUCCESS", "_sirocco"),
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.matches("part-.*\\.parquet"))
                            .sorted()
                            .toList());
        }
    }
}
