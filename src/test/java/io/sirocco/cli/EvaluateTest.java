package io.sirocco.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.job.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sirocco evaluate} as users type it. */
class EvaluateTest {

    private static final Path TASKS = Path.of("src", "test", "resources", "eval", "tasks");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int evaluate(String... more) {
        Stream<String> fixed =
                Stream.of("evaluate", "--model", TinyModel.path().toString(), "--output", folder.toString());
        String[] args = Stream.concat(fixed, Stream.of(more)).toArray(String[]::new);
        return Sirocco.execute(new PrintWriter(out, true), new PrintWriter(err, true), () -> false, args);
    }

    @Test
    void tableOnStdoutFilesInTheFolder() throws IOException {
        String tasks =
                TASKS.resolve("blank.yaml") + "," + TASKS.resolve("trivia.yaml") + "," + TASKS.resolve("pages.yaml");
        assertEquals(0, evaluate("--tasks", tasks, "--limit", "2", "--apply-chat-template"), err::toString);
        assertTrue(out.toString().startsWith("|    Tasks    |Version|Filter|n-shot|"), out.toString());
        assertTrue(out.toString().contains("|blank        |Yaml   |none  |"), out.toString());
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(file -> !file.endsWith("report.html") && !file.endsWith("_sirocco"))
                    .sorted()
                    .toList();
        }
        assertEquals(4, files.size(), files::toString);
        assertTrue(Files.readString(folder.resolve("report.html")).contains("<td>blank</td>"));
        String date = files.getFirst()
                .getFileName()
                .toString()
                .substring("results_".length())
                .replace(".json", "");
        JsonNode results = new JsonMapper().readTree(files.getFirst().toFile());
        assertEquals(2, results.get("n-samples").get("blank").get("effective").asInt());
        assertTrue(results.get("fewshot_as_multiturn").asBoolean());
        for (String task : List.of("blank", "trivia", "pages_default")) {
            List<String> lines = Files.readAllLines(folder.resolve("samples_" + task + "_" + date + ".jsonl"));
            assertEquals(2, lines.size());
            assertTrue(results.get("results").has(task));
        }
    }

    @Test
    void samplesAreAskedAgain() throws IOException {
        String tasks =
                TASKS.resolve("blank.yaml") + "," + TASKS.resolve("cot.yaml") + "," + TASKS.resolve("pages.yaml");
        assertEquals(0, evaluate("--tasks", tasks, "--limit", "3"), err::toString);
        List<Path> samples;
        try (Stream<Path> found = Files.list(folder)) {
            samples = found.filter(file -> file.getFileName().toString().startsWith("samples_"))
                    .sorted()
                    .toList();
        }
        Path changed = samples.getFirst();
        String text = Files.readString(changed);
        Files.writeString(changed, text.replaceFirst("\"resps\": \\[\\[\\[\"-[0-9.]+\"", "\"resps\": [[[\"-1000.5\""));
        out.getBuffer().setLength(0);
        String again = samples.stream().map(Path::toString).collect(Collectors.joining(","));
        assertEquals(0, evaluate("--tasks", again), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertTrue(
                lines.get(0).matches("samples_blank_.*: 3 documents, log-likelihoods within [19].*, 0 other.*"),
                lines.get(0));
        assertTrue(lines.get(1).contains(": 3 documents, log-likelihoods within 0.0e+00, 0 other"), lines.get(1));
        assertTrue(lines.get(2).contains(": 3 documents, log-likelihoods within 0.0e+00, 0 other"), lines.get(2));
        String written = Files.readString(changed);
        assertTrue(written.contains("\"resps\""), written);
        assertTrue(!written.contains("-1000.5"), written);
    }

    @Test
    void anotherTaskIsAskedWhatHasNoAnswerYetAndAnotherModelIsRefused() throws IOException {
        String blank = TASKS.resolve("blank.yaml").toString();
        assertEquals(0, evaluate("--tasks", blank, "--limit", "2"), err::toString);
        assertTrue(err.toString().contains("sirocco: 3 rows, 0 errors"), err.toString());
        err.getBuffer().setLength(0);
        assertEquals(0, evaluate("--tasks", blank + "," + TASKS.resolve("pages.yaml")), err::toString);
        assertTrue(err.toString().contains(" (3 of earlier runs), 0 errors"), err.toString());
        assertEquals(2, results().size());
        assertEquals(1, evaluate("--tasks", blank, "--kv-type", "bf16"));
        assertTrue(
                err.toString().contains("holds other answers than this run would give: kv-type was F32, is BF16"),
                err.toString());
        assertEquals(1, evaluate("--tasks", blank, "--resume", "false"));
        assertTrue(err.toString().contains(" already exists; choose another or pass --overwrite"), err.toString());
        assertEquals(0, evaluate("--tasks", blank, "--kv-type", "bf16", "--overwrite"), err::toString);
        assertEquals(1, results().size());
    }

    private List<Path> results() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.getFileName().toString().startsWith("results_"))
                    .toList();
        }
    }

    @Test
    void foreignFilesInTheFolderStayAndTheOutputOfAnotherJobIsRefused() throws IOException {
        Path foreign = Files.writeString(folder.resolve("notes.txt"), "mine");
        String blank = TASKS.resolve("blank.yaml").toString();
        assertEquals(0, evaluate("--tasks", blank, "--limit", "1"), err::toString);
        assertEquals("mine", Files.readString(foreign));
        Files.writeString(folder.resolve("_sirocco/job.json"), "{\"job\": \"generate\"}");
        Files.move(folder.resolve("_sirocco/answers"), folder.resolve("other"));
        assertEquals(1, evaluate("--tasks", blank));
        assertTrue(err.toString().contains("job was generate, is evaluate"), err.toString());
    }

    @Test
    void whatCannotBeEvaluatedIsSaidInALine() {
        assertEquals(1, evaluate("--tasks", "nowhere.yaml"));
        assertEquals("sirocco: the task file nowhere.yaml does not exist\n", err.toString());
        assertEquals(2, evaluate());
        assertTrue(err.toString().contains("--tasks"), err.toString());
    }
}
