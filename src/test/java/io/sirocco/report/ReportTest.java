package io.sirocco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirocco.Shared;
import io.sirocco.report.RunFigures.Answer;
import io.sirocco.report.RunFigures.Failure;
import io.sirocco.report.RunFigures.Moment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    /** Ends elements, begins comments, ends lines of scripts, and reaches for attributes, should it ever be believed. */
    private static final String HOSTILE =
            "</script><script>document.title='owned'</script><img src=x onerror=alert(1)> ]]> <!-- \u2028 \u2029 \" ' {{x}} \\u003c";

    private static final String[] YES_NO = {" yes", " no"};

    @TempDir
    private Path folder;

    @Test
    void scoresAreReadWithTheirIntervals() throws IOException {
        EvalRun run = EvalFolder.read("run", EvalFolder.files(quiz("a", "Is it?", false)))
                .getFirst();
        Score score = run.scores().getFirst();
        assertEquals("acc", score.metric());
        assertTrue(score.proportion());
        assertEquals(0.5, score.value());
        assertEquals(Interval.wilson(2, 4), score.interval().orElseThrow());
        assertEquals(3, score.shots());
        assertEquals(4, run.documents());
        assertEquals(4, run.choices().size());
        assertEquals(
                List.of(new Slice("quiz: even", 2, 2), new Slice("quiz: odd", 2, 0)), Slice.bySubject(run.judged()));
    }

    @Test
    void aTaskOfOneSubjectIsNotSplit() throws IOException {
        double[] yes = {-1, -2};
        Path one = new ResultsFolder(folder.resolve("one"))
                .document("Is it?", YES_NO, yes, 0)
                .write("model");
        assertEquals(
                List.of(),
                Slice.bySubject(
                        EvalFolder.read("one", EvalFolder.files(one)).getFirst().judged()));
    }

    @Test
    void resultsWithoutSamplesStillGiveScores() throws IOException {
        Path quiz = quiz("a", "Is it?", false);
        Files.delete(quiz.resolve("samples_quiz_2026-01-01.jsonl"));
        Score score = EvalFolder.read("run", EvalFolder.files(quiz))
                .getFirst()
                .scores()
                .getFirst();
        assertFalse(score.proportion());
        assertEquals(Interval.normal(0.5, 0.1), score.interval().orElseThrow());
        assertTrue(page(quiz).contains("0.5000"));
    }

    @Test
    void whatOthersWroteStaysText() throws IOException {
        String page = page(quiz(HOSTILE, HOSTILE, false));
        assertEquals(0, count(page, "<img"));
        assertEquals(3, count(page, "<script"));
        assertEquals(3, count(page, "</script>"));
        assertTrue(page.contains("&lt;img src"));
        assertTrue(page.contains("{{x}}"));
    }

    @Test
    void figuresOfAJobStayText() {
        String page = Report.page(HOSTILE, hostileJob());
        assertEquals(0, count(page, "<img"));
        assertEquals(3, count(page, "</script>"));
    }

    @Test
    void dataOfPlotsHasNoTagsAndNoLineSeparators() {
        String json = Page.json(List.of(HOSTILE));
        assertFalse(json.contains("<") || json.contains("\u2028") || json.contains("\u2029"), json);
        assertTrue(json.contains("\\u003c/script>"));
    }

    @Test
    void thePageReachesForNothing() throws IOException {
        String page = page(quiz("a", "Is it?", false));
        assertTrue(page.contains("default-src &#39;none&#39;"), "policy");
        assertFalse(Pattern.compile("(src|href)=\"(?!#)").matcher(page).find());
        assertFalse(page.contains("@import") || page.contains("url("));
    }

    @Test
    void severalRunsAreCompared() throws IOException {
        String page = page(quiz("a", "Is it?", false), quiz("b", "Is it?", true));
        assertTrue(page.contains("<h2>Comparison</h2>"));
        assertTrue(page.contains("b less a"));
    }

    @Test
    void figuresOfAJobComeBackFromItsRecord() throws IOException {
        Path run = Files.createDirectories(folder.resolve("out/_sirocco")).resolve("run.json");
        Files.writeString(run, "{\"figures\": " + hostileJob().json() + "}");
        assertEquals(
                hostileJob(),
                JobRun.read("out", folder.resolve("out")).orElseThrow().figures());
        assertTrue(page(folder.resolve("out")).contains("empty_prompt"));
    }

    @Test
    void labelsAreComparedWithGoldOnes() throws IOException {
        Path run = Files.createDirectories(folder.resolve("out/_sirocco")).resolve("run.json");
        Files.writeString(run, "{\"figures\": " + hostileJob().json() + "}");
        String page = page(folder.resolve("out"));
        assertTrue(page.contains("<h2>Labels</h2>"));
        String cells = page.substring(page.indexOf("<h2>Labels</h2>"), page.indexOf("<h2>Throughput</h2>"))
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ");
        // 2 of 6 right; x: 2 right of 3 gold and 5 given, F1 1/2; the other none.
        assertTrue(cells.contains(" 6 0.3333 0.2500 "), cells);
        assertTrue(cells.contains(" x 0 2 1 "), cells);
        assertTrue(cells.contains(" x 3 5 2 0.4000 0.6667 0.5000 "), cells);
    }

    @Test
    void recordsWithoutMostFiguresAreReadAndBrokenOnesRefused() throws IOException {
        Path run = Files.createDirectories(folder.resolve("out/_sirocco")).resolve("run.json");
        Files.writeString(run, "{\"figures\": {\"samples\": [{}], \"failures\": [{}]}}");
        assertTrue(page(folder.resolve("out")).contains("<h2>Samples</h2>"));
        for (String broken : List.of(
                "{\"moments\": [null]}",
                "{\"errors\": {\"a\": null}}",
                "{\"rows\": \"many\"}",
                "{\"gold\": {\"labels\": [{}]}}",
                "{\"gold\": {\"confusion\": {\"a\": null}}}")) {
            Files.writeString(run, "{\"figures\": " + broken + "}");
            assertThrows(ReportException.class, () -> page(folder.resolve("out")), broken);
        }
    }

    @Test
    void aFolderOfSomethingElseIsRefused() throws IOException {
        ReportException none = assertThrows(ReportException.class, () -> page(folder.resolve("missing")));
        assertTrue(none.getMessage().contains("missing is no folder"), none.getMessage());
        Path empty = Files.createDirectories(folder.resolve("empty"));
        ReportException other = assertThrows(ReportException.class, () -> page(empty));
        assertTrue(other.getMessage().contains("neither results_*.json"), other.getMessage());
        Files.writeString(empty.resolve("results_1.json"), "{\"results\": 3}");
        assertThrows(ReportException.class, () -> page(empty));
        Files.writeString(empty.resolve("results_1.json"), "[".repeat(1000));
        assertThrows(ReportException.class, () -> page(empty));
    }

    @Test
    void groupsInACircleAreRead() throws IOException {
        Path circle = Files.createDirectories(folder.resolve("circle"));
        Files.writeString(
                circle.resolve("results_1.json"),
                "{\"results\": {\"a\": {\"acc,none\": 0.5}}, \"group_subtasks\": {\"a\": [\"b\"], \"b\": [\"a\"]}}");
        assertTrue(page(circle).contains("0.5000"));
    }

    @Test
    void chromiumDrawsEveryPlotWithoutAComplaint() throws Exception {
        String evaluations = drawn(page(quiz(HOSTILE, HOSTILE, false), quiz("b", "Is it?", true)));
        assertEquals(count(evaluations, "class=\"plot\""), count(evaluations, "<canvas"));
        assertTrue(count(evaluations, "<canvas") >= 6);
        String job = drawn(Report.page(HOSTILE, hostileJob()));
        assertEquals(3, count(job, "<canvas"));
    }

    @Test
    void chromiumDrawsTheReferenceResults() throws Exception {
        Path plain = Shared.path("eval/reference/plain");
        Path chat = Shared.path("eval/reference/chat");
        String page = drawn(page(plain, chat));
        assertEquals(count(page, "class=\"plot\""), count(page, "<canvas"));
    }

    /** The document as it is once scripts have run; fails if anything was said on the console. */
    private String drawn(String html) throws Exception {
        Path chromium = chromium();
        Path page = folder.resolve("page.html");
        Path log = folder.resolve("chromium.log");
        Path document = folder.resolve("document.html");
        Files.writeString(page, html);
        Process process = new ProcessBuilder(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--enable-logging=stderr",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--virtual-time-budget=5000",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(document.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), "chromium has not ended");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String said = Files.readString(log);
        assertFalse(said.contains("CONSOLE"), said);
        String drawn = Files.readString(document);
        assertFalse(drawn.contains("<title>owned"), "a prompt was run");
        return drawn;
    }

    private static Path chromium() {
        List<Path> found = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv("PATH"))
                .flatMap(place -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!found.isEmpty(), "no chromium on the PATH");
        return found.getFirst();
    }

    /** Four documents; with {@code other} answers, half of them turn. */
    private Path quiz(String name, String prompt, boolean other) throws IOException {
        Path place = folder.resolve(name.equals(HOSTILE) ? "hostile" : name);
        double[] yes = {-1, -2};
        double[] no = {-2.5, -0.5};
        return new ResultsFolder(place)
                .document(prompt, YES_NO, yes, 1)
                .document(prompt + " or not?", YES_NO, no, 1)
                .document(prompt, YES_NO, other ? yes : no, 0)
                .document(prompt, new String[] {" " + HOSTILE, " no"}, yes, 0)
                .write(name);
    }

    private static RunFigures hostileJob() {
        return new RunFigures(
                "generate",
                HOSTILE,
                100,
                0,
                Map.of("empty_prompt", 3L),
                Map.of("stop", 90L, "length", 7L),
                Map.of(12, 50L, 40, 50L),
                Map.of(96, 97L),
                9.5,
                List.of(new Moment(0, 0, 0), new Moment(1, 100, 50), new Moment(2, 150, 300), new Moment(3, 150, 600)),
                List.of(new Answer("1", HOSTILE, HOSTILE, "stop")),
                List.of(new Failure("2", "empty_prompt", HOSTILE)),
                LabelMetrics.of(List.of(
                        new LabelMetrics.Cell(HOSTILE, "x", 3),
                        new LabelMetrics.Cell("x", "x", 2),
                        new LabelMetrics.Cell("x", null, 1))));
    }

    private String page(Path... folders) throws IOException {
        Path file = folder.resolve("report.html");
        Report.write(List.of(folders), file);
        return Files.readString(file);
    }

    private static int count(String text, String part) {
        Matcher matcher = Pattern.compile(Pattern.quote(part)).matcher(text);
        int count = 0;
        while (matcher.find()) {
            count++;
        }
        return count;
    }
}
