package io.sirocco.job;

import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second run on an output: what it answers, what it leaves alone, and what it refuses. */
class ResumeTest {

    private final LocalJob job;

    ResumeTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    private Path prompts(String name, int from, int to) throws IOException {
        return job.file(
                name,
                IntStream.range(from, to)
                        .mapToObj(i -> "{\"id\": \"r%d\", \"prompt\": \"%s\"}"
                                .formatted(i, "abcdefghij".repeat(3).substring(i % 7, 10 + i % 19)))
                        .toArray(String[]::new));
    }

    private Dataset<Row> output() {
        return spark().read().parquet(job.output().toString());
    }

    /** Answers by id; fails if an id is there twice. */
    private Map<String, String> answers() {
        Map<String, String> answers = new TreeMap<>();
        for (Row row : output().collectAsList()) {
            assertEquals(null, answers.put(row.getAs("id"), row.getAs("outputs") + " " + row.getAs("error")));
        }
        return answers;
    }

    private List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.list(job.output())) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFinishedOutputIsLeftAsItIs() throws IOException {
        Path input = prompts("in.jsonl", 0, 10);
        job.run(input, "");
        List<Path> before = dataFiles();
        Summary again = job.run(input, "");
        assertEquals(before, dataFiles());
        assertEquals(10, again.rows());
        assertEquals(10, again.earlier());
        assertEquals(0, again.answerTokens());
        assertTrue(Files.exists(job.output().resolve("_SUCCESS")));
    }

    @Test
    void onlyRowsThatAreNotAnsweredAreAnswered() throws IOException {
        Path input = prompts("in.jsonl", 0, 300);
        job.run(input, "maxBatch = 8");
        Map<String, String> whole = answers();
        assertEquals(300, whole.size());
        // What a killed driver leaves: some waves' files, no _SUCCESS, a plan, and files that are not committed.
        List<Path> files = dataFiles();
        assertTrue(files.size() > 10, files.toString());
        for (Path file : files.subList(0, 6)) {
            Files.delete(file);
        }
        Files.delete(job.output().resolve("_SUCCESS"));
        Files.createDirectories(job.output().resolve("_temporary/1/_temporary"));
        Files.copy(files.getLast(), job.output().resolve("_temporary/1/_temporary/part-0.parquet"));
        Path stale = Files.createDirectories(job.output().resolve("_sirocco/plan/__sirocco_chunk=0"));
        Files.copy(files.getLast(), stale.resolve("part-0.parquet"));
        long missing = 300 - output().count();
        Summary summary = job.run(input, "maxBatch = 8, chunk = 3, threads = 1");
        assertEquals(300, summary.rows());
        assertEquals(300 - missing, summary.earlier());
        assertEquals(6 * missing, summary.answerTokens());
        assertEquals(whole, answers());
        assertTrue(dataFiles().containsAll(files.subList(6, files.size())));
        assertFalse(Files.exists(job.output().resolve("_temporary")));
        assertFalse(Files.exists(job.output().resolve("_sirocco/plan")));
    }

    @Test
    void rowsAddedToTheInputArePickedUp() throws IOException {
        Path input = Files.createDirectories(job.folder().resolve("in"));
        Files.copy(prompts("one.jsonl", 0, 10), input.resolve("one.jsonl"));
        job.run(input, "limit = 4");
        assertEquals(4, output().count());
        job.run(input, "");
        assertEquals(10, output().count());
        Files.copy(prompts("two.jsonl", 10, 15), input.resolve("two.jsonl"));
        assertEquals(10, job.run(input, "").earlier());
        assertEquals(15, answers().size());
    }

    @Test
    void rowsWithoutAnIdColumnAreKnownByTheirPlace() throws IOException {
        Path input = job.file("in.txt", "one", "two", "three");
        job.run(input, "limit = 2");
        assertEquals(2, job.run(input, "").earlier());
        assertEquals(
                List.of("in.txt:0", "in.txt:1", "in.txt:2"),
                List.copyOf(answers().keySet()));
    }

    @Test
    void anOutputInJsonIsGoneOnWithToo() throws IOException {
        Path input = job.file("in.jsonl", "{\"id\": 1, \"prompt\": \"\"}", "{\"id\": 2, \"prompt\": \"abc\"}");
        assertEquals(1, job.run(input, "outputFormat = json").errorRows());
        job.file(
                "in.jsonl",
                "{\"id\": 1, \"prompt\": \"abc\"}",
                "{\"id\": 2, \"prompt\": \"abc\"}",
                "{\"id\": 3, \"prompt\": \"abc\"}");
        Summary summary = job.run(input, "outputFormat = json");
        assertEquals(1, summary.earlier());
        assertEquals(Map.of(), summary.errors());
        assertEquals(
                List.of("1", "2", "3"),
                spark().read().json(job.output().toString()).select("id").sort("id").collectAsList().stream()
                        .map(row -> row.getString(0))
                        .toList());
        assertTrue(job.failure(input, "").contains("output-format was \"json\", is \"parquet\""), "format");
    }

    @Test
    void errorRowsAreRetriedAndThoseBesideThemKept() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(prompts("good.jsonl", 0, 20)));
        lines.set(3, "{\"id\": \"r3\", \"prompt\": \"\"}");
        lines.set(11, "{\"id\": \"r11\", \"prompt\": \"\"}");
        Path input = job.file("in.jsonl", lines.toArray(String[]::new));
        assertEquals(Map.of("empty_prompt", 2L), job.run(input, "").errors());
        Map<String, String> first = answers();
        List<Path> files = dataFiles();

        Summary kept = job.run(input, "retryErrors = false");
        assertEquals(Map.of("empty_prompt", 2L), kept.errors());
        assertEquals(20, kept.earlier());
        assertEquals(files, dataFiles());

        lines.set(3, "{\"id\": \"r3\", \"prompt\": \"good now\"}");
        job.file("in.jsonl", lines.toArray(String[]::new));
        Summary retried = job.run(input, "");
        assertEquals(Map.of("empty_prompt", 1L), retried.errors());
        assertEquals(18, retried.earlier());
        assertEquals(20, retried.rows());
        Map<String, String> second = answers();
        assertTrue(second.remove("r3").endsWith("null"));
        first.remove("r3");
        assertEquals(first, second);
        assertFalse(Files.exists(job.output().resolve("_sirocco/retry")));
    }

    @Test
    void rowsThatWereTakenOutToRetryOthersComeBackWhateverCutsItShort() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(prompts("good.jsonl", 0, 20)));
        lines.set(3, "{\"id\": \"r3\", \"prompt\": \"\"}");
        Path input = job.file("in.jsonl", lines.toArray(String[]::new));
        job.run(input, "");
        Map<String, String> whole = answers();
        List<Path> files = dataFiles();
        Path retry = Files.createDirectories(job.output().resolve("_sirocco/retry"));
        // Moved, and some of it written back already.
        for (Path file : files) {
            Files.copy(file, retry.resolve(file.getFileName()));
        }
        Path back = job.folder().resolve("back");
        output().where("id in ('r1', 'r5')").coalesce(1).write().parquet(back.toString());
        for (Path file : files) {
            Files.delete(file);
        }
        try (Stream<Path> written = Files.list(back)) {
            Path part = written.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(part, job.output().resolve(part.getFileName()));
        }
        Summary summary = job.run(input, "");
        assertEquals(19, summary.earlier());
        assertEquals(whole, answers());
        assertFalse(Files.exists(retry));
    }

    @Test
    void whatWouldChangeAnswersIsRefusedByNameWithBothValues() throws IOException {
        Path input = prompts("in.jsonl", 0, 3);
        job.run(input, "");
        Map<String, String> before = answers();
        String start = "output " + job.output() + " holds other answers than this run would give: ";
        String end = ". Choose another output or pass --overwrite";
        assertEquals(
                start + "max-tokens was 6, is 7; temperature was 0.0, is 0.5" + end,
                job.failure(input, "maxTokens = 7, temperature = 0.5"));
        assertEquals(start + "kv-type was \"f32\", is \"bf16\"" + end, job.failure(input, "kvType = bf16"));
        Path other = TinyModel.write(job.folder().resolve("other"));
        Files.writeString(
                other.resolve("tokenizer_config.json"),
                Files.readString(other.resolve("tokenizer_config.json")).replace("assistant:", "bot:"));
        String model = job.failure(input, "model = \"" + other + "\"");
        assertTrue(model.startsWith(start + "the model's chat template was "), model);
        Files.writeString(
                other.resolve("config.json"),
                Files.readString(other.resolve("config.json")).replace("}", ", \"another\": 1}"));
        assertTrue(
                job.failure(input, "model = \"" + other + "\"").contains("the model's content was "), "model content");
        Path column = job.file("in.jsonl", "{\"id\": \"r0\", \"prompt\": \"abc\", \"more\": 1}");
        assertEquals(start + "the input's column more was absent, is bigint" + end, job.failure(column, ""));
        assertEquals(before, answers());
        assertTrue(Files.exists(job.output().resolve("_SUCCESS")));
    }

    @Test
    void anotherColumnToAskByIsRefusedThoughItsNameWasTheDefaultAllAlong() throws IOException {
        Path input = job.file("in.jsonl", "{\"id\": 1, \"prompt\": \"abc\", \"token_ids\": [5, 6]}");
        job.run(input, "");
        assertTrue(job.failure(input, "tokenIdsColumn = token_ids")
                .contains("the prompt's source was prompt-column prompt, is token-ids-column token_ids"));
    }

    @Test
    void idsThatAreNotUniqueAreNamed() throws IOException {
        Path input = job.file(
                "in.jsonl",
                IntStream.range(0, 20)
                        .mapToObj(i -> "{\"id\": \"r%d\", \"prompt\": \"abc\"}".formatted(i % 18))
                        .toArray(String[]::new));
        String message = job.failure(input, "");
        assertTrue(message.startsWith("ids must be unique, and are not: "), message);
        assertTrue(message.contains("\"r0\" (2 rows)") && message.contains("\"r1\" (2 rows)"), message);
        assertFalse(Files.exists(job.output()));
        assertEquals(18, job.run(input, "limit = 18").rows());
    }
}
