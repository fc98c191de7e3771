package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An evaluation of some seconds, in processes that are killed: many answers at random, and choices. What it must come to in the end is what
 * an undisturbed run in the test's own JVM comes to, to the byte.
 */
public final class KilledEvaluation {

    private static final int DOCS = 250;
    private static final String TASKS = "talk.yaml,pick.yaml";

    private final Path folder;

    /** Writes two tasks with their documents into a folder. */
    public KilledEvaluation(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(
                folder.resolve("docs.jsonl"),
                IntStream.range(0, DOCS)
                        .mapToObj(i -> "{\"text\": \"%s\", \"choices\": [\"yes\", \"no\", \"maybe\"], \"right\": %d}\n"
                                .formatted("abcdefghij".repeat(4).substring(i % 7, 10 + i % 29) + i, i % 3))
                        .collect(Collectors.joining()));
        String data = """
                dataset_path: json
                dataset_kwargs: {data_files: {test: docs.jsonl}}
                test_split: test
                doc_to_text: text
                """;
        Files.writeString(folder.resolve("talk.yaml"), "task: talk\n" + data + """
                doc_to_target: text
                output_type: generate_until
                repeats: 3
                generation_kwargs: {until: ["|"], do_sample: true, temperature: 1.5, max_gen_toks: 150}
                """);
        Files.writeString(folder.resolve("pick.yaml"), "task: pick\n" + data + """
                doc_to_choice: choices
                doc_to_target: right
                output_type: multiple_choice
                num_fewshot: 2
                """);
    }

    /** The same command as ever, but for its master. */
    public List<String> command() {
        List<String> command = new ArrayList<>(
                List.of("evaluate", "--model", TinyModel.path().toAbsolutePath().toString()));
        String tasks = Stream.of(TASKS.split(",", -1))
                .map(task -> folder.resolve(task).toString())
                .collect(Collectors.joining(","));
        command.addAll(List.of("--tasks", tasks, "--output", output().toString()));
        command.addAll(List.of("--max-batch", "8", "--wave-seconds", "1", "--bootstrap-iters", "1000"));
        return command;
    }

    public Path output() {
        return folder.resolve("output");
    }

    /** All requests: one a document for either task. */
    public int requests() {
        return 2 * DOCS;
    }

    /** The files of requests that are answered, with the time when each was written. */
    public Map<String, Long> files() {
        Path answers = output().resolve("_sirocco/answers");
        Map<String, Long> files = new TreeMap<>();
        if (Files.exists(answers)) {
            try (Stream<Path> found = Files.list(answers)) {
                for (Path file : found.filter(
                                each -> each.getFileName().toString().startsWith("part-"))
                        .toList()) {
                    files.put(
                            file.getFileName().toString(),
                            Files.getLastModifiedTime(file).toMillis());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    /** Requests that are answered, each of them once. */
    public int answered() {
        List<String> ids = LocalJob.spark()
                .read()
                .parquet(output().resolve("_sirocco/answers").toString())
                .select("id")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
        assertEquals(ids.size(), ids.stream().distinct().count(), "an answer is there twice");
        return ids.size();
    }

    /**
     * Checks that the last run has finished the evaluation.
     *
     * @param before what earlier runs had answered
     * @param files theirs
     */
    public void assertFinishedAsIfUndisturbed(int before, Map<String, Long> files) throws IOException {
        JsonNode run =
                new JsonMapper().readTree(output().resolve("_sirocco/run.json").toFile());
        assertEquals(before, run.get("rows_of_earlier_runs").asInt());
        assertEquals(requests() - before, run.get("plan").get("rows").asInt());
        assertEquals(requests(), answered());
        Map<String, Long> now = files();
        files.forEach((file, written) -> assertEquals(written, now.get(file), file));
        String page = Files.readString(output().resolve("report.html"));
        assertTrue(
                page.contains("Throughput") && page.contains("<td>pick</td>"), "scores and throughput in the report");
        Path undisturbed = folder.resolve("undisturbed");
        LocalJob.evaluate(
                "model = \"%s\", tasks = \"%s\", output = \"%s\", maxBatch = 8, waveSeconds = 1, bootstrapIters = 1000"
                        .formatted(
                                TinyModel.path(),
                                Stream.of(TASKS.split(",", -1))
                                        .map(task -> folder.resolve(task).toString())
                                        .collect(Collectors.joining(",")),
                                undisturbed));
        Map<String, String> expected = results(undisturbed);
        assertEquals(4, expected.size(), expected.keySet()::toString);
        assertTrue(expected.get("samples_talk").contains("\"resps\""));
        assertEquals(expected, results(output()));
    }

    /** What the folder holds, by names without dates; of the results all but when they were made, and of the page nothing. */
    private static Map<String, String> results(Path folder) throws IOException {
        Map<String, String> results = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replaceFirst("_[0-9]{4}-.*", "");
                if (name.equals("results")) {
                    ObjectNode whole = (ObjectNode) new JsonMapper().readTree(file.toFile());
                    whole.remove(List.of("date", "total_evaluation_time_seconds"));
                    assertEquals(null, results.put(name, whole.toString()), "there are results twice");
                } else if (!name.equals("_sirocco")) {
                    assertEquals(
                            null,
                            results.put(name, name.equals("report.html") ? "" : Files.readString(file)),
                            name + " is there twice");
                }
            }
        }
        return results;
    }
}
