package io.sirocco.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.job.LocalJob;
import io.sirocco.job.OptionTable;
import io.sirocco.job.Progress;
import io.sirocco.job.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines as users type them: exit code, what stands on stdout and what on stderr. */
class SiroccoTest {

    @TempDir
    private Path folder;

    private final Path model = TinyModel.path();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    @SuppressWarnings("resource") // one session for the JVM's tests
    static void open() {
        LocalJob.session();
    }

    private int sirocco(String... args) {
        return Sirocco.execute(new PrintWriter(out, true), new PrintWriter(err, true), () -> false, args);
    }

    private int generate(String input, String... more) {
        String[] fixed = {
            "generate", "--model", model.toString(), "--input", input, "--output", output(), "--max-tokens", "3"
        };
        String[] args = java.util.Arrays.copyOf(fixed, fixed.length + more.length);
        System.arraycopy(more, 0, args, fixed.length, more.length);
        return sirocco(args);
    }

    private String output() {
        return folder.resolve("output").toString();
    }

    private String input(String text) throws IOException {
        return Files.writeString(folder.resolve("in.jsonl"), text).toString();
    }

    private void assertLines(int most) {
        assertTrue(err.toString().lines().count() <= most, err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    @Test
    void aFinishedJobExitsWithZeroAndCountsErrorRows() throws IOException {
        assertEquals(0, generate(input("{\"prompt\": \"abc\"}\n{\"prompt\": \"\"}\n")), err::toString);
        assertEquals("", out.toString());
        String last = err.toString().lines().toList().getLast();
        assertTrue(last.startsWith("sirocco: 2 rows, 1 errors (empty_prompt 1), 4 prompt and "), last);
        assertTrue(last.endsWith(": " + output()), last);
    }

    @Test
    void labelsAreComparedOnStandardOutput() throws IOException {
        String input = input("""
                {"prompt": "abc", "gold": "dog"}
                {"prompt": "", "gold": "cat"}
                """);
        String[] label = {
            "label",
            "--model",
            model.toString(),
            "--input",
            input,
            "--output",
            output(),
            "--labels",
            "dog,cat",
            "--gold-column",
            "gold"
        };
        assertEquals(0, sirocco(label), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(0).matches("accuracy 0\\.[05]000, macro-F1 [0-9.]+ \\(2 rows\\)"), out.toString());
        assertEquals("gold \\ label  cat  dog  (error)", lines.get(1));
        assertEquals("cat             0    0        1", lines.get(2));
        assertEquals(4, lines.size());
        String last = err.toString().lines().toList().getLast();
        assertTrue(last.startsWith("sirocco: 2 rows, 1 errors (empty_prompt 1), "), last);
        assertTrue(
                Files.readString(Path.of(output(), "_sirocco", "report.html")).contains("macro-F1"));
    }

    @Test
    void theLabelPromptIsShownAndNothingDone() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n");
        String[] label = {
            "label",
            "--model",
            model.toString(),
            "--input",
            input,
            "--output",
            output(),
            "--labels",
            "dog,cat",
            "--multi",
            "--show-prompt"
        };
        assertEquals(0, sirocco(label), err::toString);
        assertTrue(out.toString().startsWith("Labels: dog, cat\n\nText: abc\n"), out.toString());
        assertFalse(Files.exists(Path.of(output())));
    }

    @Test
    void wrongLabelsExitWithTwo() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n");
        for (String[] wrong : new String[][] {{"--labels", "a,a"}, {"--scale", "5"}, {"--scal", "1-5"}}) {
            String[] label = {
                "label", "--model", model.toString(), "--input", input, "--output", output(), wrong[0], wrong[1]
            };
            assertEquals(2, sirocco(label), wrong[0]);
        }
        assertEquals("""
                sirocco: labels has the label "a" twice; expected it once
                sirocco: scale is "5"; expected two whole numbers such as 1-5, at most 1001 from the first to the last
                sirocco: Unknown options: '--scal', '1-5'
                Did you mean --scale? Try: sirocco label --help
                """, err.toString());
        assertFalse(Files.exists(Path.of(output())));
    }

    @Test
    void errorRowsExitWithThreeIfAsked() throws IOException {
        assertEquals(3, generate(input("{\"prompt\": \"abc\"}\n{\"prompt\": \"\"}\n"), "--fail-on-error"));
        assertTrue(Files.exists(Path.of(output(), "_SUCCESS")));
    }

    @Test
    void theSameCommandGoesOnAndRetriesErrorRowsUnlessToldNotTo() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n{\"prompt\": \"\"}\n");
        assertEquals(0, generate(input, "--resume", "--limit", "1"), err::toString);
        assertEquals(0, generate(input, "--resume"), err::toString);
        assertEquals(3, generate(input, "--retry-errors=false", "--fail-on-error"), err::toString);
        assertEquals(0, generate(input), err::toString);
        List<String> ends = err.toString()
                .lines()
                .filter(line -> line.contains(" rows"))
                .filter(line -> line.endsWith(output()))
                .map(line -> line.replaceFirst(" in [0-9.]+ s: .*", ""))
                .toList();
        String error = "1 errors (empty_prompt 1), 0 prompt and 0 answer tokens";
        assertEquals(
                List.of(
                        "sirocco: 1 rows, 0 errors, 4 prompt and 3 answer tokens",
                        "sirocco: 2 rows (1 of earlier runs), " + error,
                        "sirocco: 2 rows (2 of earlier runs), " + error,
                        "sirocco: 2 rows (1 of earlier runs), " + error),
                ends);
        assertEquals(1, generate(input, "--resume=false"));
        assertEquals(1, generate(input, "--temperature", "0.5"));
    }

    @Test
    void wrongUsageExitsWithTwo() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n");
        assertEquals(2, generate(input, "--max-tokns", "4"));
        assertEquals(
                "sirocco: Unknown options: '--max-tokns', '4'\nDid you mean --max-tokens? Try: sirocco generate --help\n",
                err.toString());
        assertEquals(2, generate(input, "--temperature", "hot"));
        assertEquals(2, sirocco("generate", "--input", input));
        assertEquals(2, sirocco("dance"));
        assertEquals(2, sirocco());
        assertEquals(2, sirocco("run", folder.resolve("none.conf").toString()));
        assertFalse(Files.exists(Path.of(output())));
    }

    @Test
    void samplingOptionsAreSpelledAsTheirKeys() throws IOException {
        String[] all = """
                --min-tokens 1 --min-p 0.5 --repetition-penalty 1.5 --presence-penalty -0.5 --frequency-penalty 0.5 --n 1
                --stop-token-ids 2,7 --stop-token-ids 9 --include-stop""".split("\\s", -1);
        assertEquals(0, generate(input("{\"prompt\": \"abc\"}\n"), all), err::toString);
        JsonNode options = new JsonMapper()
                .readTree(Path.of(output(), "_sirocco", "run.json").toFile())
                .get("options");
        assertEquals("[2,7,9]", options.get("stopTokenIds").toString());
        assertEquals(-0.5, options.get("presencePenalty").asDouble());
        assertTrue(options.get("includeStop").asBoolean());
    }

    @Test
    void aWrongSamplingOptionIsShownAsItWasTyped() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n");
        assertEquals(2, generate(input, "--stop-token-ids", "x"));
        assertEquals(2, generate(input, "--presence-penalty", "-3"));
        assertEquals(2, generate(input, "--n", "0"));
        assertEquals("""
                sirocco: --stop-token-ids is "x"; expected token ids
                sirocco: presence-penalty is -3.0; expected -2 to 2; 0 is off
                sirocco: n is 0; expected 1 to 1024
                """, err.toString());
    }

    @Test
    void aJobThatCannotBeRunExitsWithOneAndOneLine() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n");
        assertEquals(1, sirocco("generate", "--model", "no/such/model.gguf", "--input", input, "--output", output()));
        assertTrue(err.toString().contains("no/such/model.gguf"), err.toString());
        assertLines(1);
        assertEquals(1, generate(folder.resolve("none.jsonl").toString()));
        assertEquals(1, generate(input, "--prompt-column", "none"));
        assertLines(3);
        assertFalse(Files.exists(Path.of(output())));
    }

    @Test
    void debugShowsWhereAnErrorComesFrom() {
        assertEquals(1, generate("none.jsonl", "--debug"));
        assertTrue(err.toString().contains("\tat io.sirocco."), err.toString());
    }

    @Test
    void aJobFileIsRunWithOverrides() throws IOException {
        String input = input("{\"prompt\": \"abc\"}\n");
        Path job = Files.writeString(folder.resolve("job.conf"), """
                sirocco { job = generate, model = "%s", input = "%s", output = nowhere, maxTokens = 9 }
                """.formatted(model, input));
        assertEquals(0, sirocco("run", job.toString(), "-D", "output=" + output(), "-DmaxTokens=2"), err::toString);
        assertTrue(err.toString().contains("4 prompt and 2 answer tokens"), err.toString());
        assertEquals(2, sirocco("run", job.toString(), "-D", "maxTokenz=2"));
        assertTrue(err.toString().contains("the nearest is sirocco.maxTokens"), err.toString());
    }

    @Test
    void helpShowsEveryOptionWithMeaningAndDefault() {
        assertEquals(0, sirocco("generate", "--help"));
        String help = out.toString().replaceAll("\\s+", "");
        for (OptionTable.Option option : OptionTable.generate().options()) {
            assertTrue(help.contains("--" + option.name()), option.name());
            assertTrue(help.contains(option.description().replace(" ", "")), option.name());
        }
        assertTrue(help.contains("Mosttokenstogenerate.Default:256."), help);
        assertEquals(0, sirocco("help", "run"));
        assertEquals(0, sirocco("help"));
        assertEquals(0, sirocco("--help"));
        assertEquals(0, sirocco("version"));
    }

    @Test
    void inspectShowsTheModel() {
        assertEquals(0, sirocco("inspect", model.toString()), err::toString);
        assertTrue(out.toString().contains("window         4\n"), out.toString());
        assertTrue(
                out.toString().contains("KV f32         192 bytes a token, at most 0.0 MiB a row (0.8 MiB without"),
                out.toString());
        assertTrue(out.toString().contains("tokenizer      64 tokens"), out.toString());
        assertTrue(out.toString().matches("(?s).*\nchat template  [0-9]+ characters, 1 lines\n.*"), out.toString());
        assertEquals(1, sirocco("inspect", "none.gguf"));
        assertLines(1);
    }

    @Test
    void inspectSaysThatAModelHasNoChatTemplate() throws IOException {
        Path plain = TinyModel.write(folder.resolve("plain"));
        Files.writeString(plain.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        assertEquals(0, sirocco("inspect", plain.toString()), err::toString);
        assertTrue(out.toString().contains("chat template  none: give prompts, not messages\n"), out.toString());
    }

    @Test
    void inspectShowsTheFingerprintThatAnswersCarry() throws IOException {
        assertEquals(0, generate(input("{\"prompt\": \"abc\"}\n")), err::toString);
        assertEquals(0, sirocco("inspect", model.toString()), err::toString);
        String shown = out.toString()
                .lines()
                .filter(line -> line.startsWith("fingerprint "))
                .findFirst()
                .orElseThrow()
                .replaceFirst("fingerprint +", "");
        assertTrue(shown.matches("[0-9a-f]{16}"), shown);
        String record = Files.readString(Path.of(output(), "_sirocco", "run.json"));
        assertTrue(record.contains("\"fingerprint\" : \"" + shown + "\""), record);
    }

    @Test
    void aPackedModelAnswersLikeTheOriginal() throws IOException {
        String packed = folder.resolve("packed").toString();
        assertEquals(0, sirocco("pack", model.toString(), packed), err::toString);
        assertEquals(packed + "\n", out.toString());
        assertTrue(err.toString().matches("sirocco: packed [0-9,]+ bytes in [0-9.]+ s\n"), err.toString());
        String input = input("{\"prompt\": \"abc\"}\n");
        String other = folder.resolve("other").toString();
        assertEquals(0, generate(input, "--output-format", "json"), err::toString);
        String[] again = "generate --model %s --input %s --output %s --max-tokens 3 --output-format json"
                .formatted(packed, input, other)
                .split(" ");
        assertEquals(0, sirocco(again), err::toString);
        assertEquals(answer(output()), answer(other));
        assertEquals(0, sirocco("inspect", packed), err::toString);
        assertTrue(out.toString().contains("window         4\n"), out.toString());
        assertTrue(out.toString().contains("tokenizer      64 tokens"), out.toString());
    }

    /** Output and fingerprint of the only row of a JSON output. */
    private static List<JsonNode> answer(String output) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(output))) {
            Path part = files.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            JsonNode row = new JsonMapper().readTree(part.toFile());
            return List.of(row.get("outputs"), row.get("fingerprint"));
        }
    }

    @Test
    void packRefusesWhatItCannotDo() {
        String packed = folder.resolve("packed").toString();
        assertEquals(2, sirocco("pack", model.toString()));
        assertEquals(2, sirocco("pack", model.toString(), packed, "--type", "q5_0"));
        assertTrue(err.toString().contains("expected one of [bf16, f16, q8_0, q4_0]"), err.toString());
        assertEquals(1, sirocco("pack", model.toString(), packed, "--type", "q8_0"));
        assertEquals(1, sirocco("pack", model.toString(), folder.toString()));
        assertTrue(
                err.toString().endsWith(folder + " exists already; delete it, or give another name\n"), err.toString());
        assertFalse(Files.exists(Path.of(packed)));
    }

    @Test
    void packConverts() {
        String packed = folder.resolve("packed").toString();
        assertEquals(0, sirocco("pack", model.toString(), packed, "--type", "bf16"), err::toString);
        assertEquals(0, sirocco("inspect", packed), err::toString);
        assertTrue(out.toString().contains("\n  BF16           10 tensors "), out.toString());
        assertTrue(out.toString().contains("\n  F32             5 tensors "), out.toString());
    }

    @Test
    void pullPrintsThePathOfALocalModel() {
        assertEquals(0, sirocco("pull", model.toString()));
        assertEquals(model.toAbsolutePath() + "\n", out.toString());
    }

    @Test
    void progressIsOneLineWithRatesAndTimeToGo() {
        Progress progress = new Progress(
                0,
                8,
                32,
                Map.of("empty_prompt", 2L),
                1000,
                3000,
                400,
                Duration.ofSeconds(10),
                Optional.of(Duration.ofSeconds(70)));
        String text =
                "8/32 rows (25%), 2 empty_prompt, prefill 100 tokens/s (75% cached), decode 40 tokens/s, ETA 1:10";
        assertEquals(text, ProgressLine.text(progress));
        ProgressLine line = new ProgressLine(new PrintWriter(err, true), true);
        line.phase("loading the model");
        line.progress(progress);
        line.end();
        assertEquals("\r\u001b[Ksirocco: loading the model\r\u001b[Ksirocco: " + text + "\r\u001b[K", err.toString());
    }

    @Test
    void rowsOfEarlierRunsCountAsDoneAndNoTimeIsShownThatIsNotKnown() {
        Progress progress = new Progress(900, 10, 100, Map.of(), 5, 0, 15, Duration.ofSeconds(10), Optional.empty());
        assertEquals("910/1000 rows (91%), prefill 1 tokens/s, decode 2 tokens/s", ProgressLine.text(progress));
    }

    @Test
    void progressIsQuietBetweenLinesWhereThereIsNoTerminal() {
        ProgressLine line = new ProgressLine(new PrintWriter(err, true), false);
        line.phase("loading the model");
        line.progress(new Progress(0, 8, 32, Map.of(), 1, 0, 1, Duration.ofSeconds(1), Optional.empty()));
        line.end();
        assertEquals("", err.toString());
    }

    @Test
    void inspectSaysWhatMemoryToGiveExecutors() {
        assertEquals(0, sirocco("inspect", model.toString(), "--executor-cores", "2"), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.contains("--conf spark.executor.cores=2"), out.toString());
        assertTrue(lines.stream().anyMatch(line -> line.matches("--conf spark\\.executor\\.memoryOverhead=\\d+m")));
        assertEquals(2, sirocco("inspect", model.toString(), "--executor-cores", "0"));
        assertTrue(err.toString().startsWith("sirocco: --executor-cores is 0; expected at least 1"), err.toString());
    }
}
