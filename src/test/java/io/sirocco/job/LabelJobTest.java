package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.typesafe.config.ConfigFactory;
import io.sirocco.engine.Engine;
import io.sirocco.engine.Prompt;
import io.sirocco.engine.ScoreRequest;
import io.sirocco.engine.Scores.Score;
import io.sirocco.report.LabelMetrics;
import io.sirocco.text.Tokenizer;
import io.sirocco.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels are those that the scores say; the model has one character a token, BOS is 1, the space 3. */
class LabelJobTest {

    private static final String AS_IT_IS = "promptTemplate = \"{{ prompt }}\", ";

    private final LocalJob job;

    LabelJobTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    private LabelOptions options(Path input, String more) {
        String hocon = "model = \"%s\", input = \"%s\", output = \"%s\", %s"
                .formatted(TinyModel.path(), input, job.output(), more);
        return OptionTable.label().read(ConfigFactory.parseString(hocon).root(), key -> key);
    }

    private Labelled run(Path input, String more) {
        return LocalJob.session().label(options(input, more), LocalJob.SILENT);
    }

    /** The output's rows by id. */
    private Map<String, Row> label(Path input, String more) {
        run(input, more);
        return output();
    }

    private Map<String, Row> output() {
        Map<String, Row> rows = new TreeMap<>();
        for (Row row : LocalJob.spark().read().parquet(job.output().toString()).collectAsList()) {
            assertNull(rows.put(row.getAs("id"), row));
        }
        return rows;
    }

    private Path prompts(int rows) throws IOException {
        return job.file(
                "in.jsonl",
                IntStream.range(0, rows)
                        .mapToObj(i -> "{\"id\": \"r%02d\", \"prompt\": \"%s\"}".formatted(i, text(i)))
                        .toArray(String[]::new));
    }

    private static String text(int i) {
        return "thequickbrownfoxjumps".substring(i % 9, 9 + i % 12);
    }

    private static List<Integer> ids(String text) {
        return text.chars().mapToObj(c -> c == ' ' ? 3 : c - 'a' + 4).toList();
    }

    private static Engine engine() {
        LabelOptions automatic = OptionTable.label()
                .read(
                        ConfigFactory.parseString("model = m, input = i, output = o")
                                .root(),
                        key -> key);
        return Engines.get(TinyModel.path().toString(), automatic.engine()).engine();
    }

    /** Scores as the engine gives them for tokens that are written out here. */
    private static List<Score> scores(String context, List<String> continuations) {
        List<Integer> bos = new ArrayList<>(List.of(1));
        bos.addAll(ids(context));
        return engine().score(new ScoreRequest(
                        new Prompt.Ids(bos),
                        continuations.stream().map(LabelJobTest::ids).toList()))
                .join()
                .continuations();
    }

    private static double[] column(Row row, int field) {
        return row.<Row>getList(row.fieldIndex("label_scores")).stream()
                .mapToDouble(score -> score.getDouble(field))
                .toArray();
    }

    private static int best(double[] values) {
        return IntStream.range(0, values.length)
                .reduce((a, b) -> values[b] > values[a] ? b : a)
                .orElseThrow();
    }

    @Test
    void theLabelIsTheLikeliestContinuation() throws IOException {
        List<String> labels = List.of("dog", "cat", "a", "horses");
        List<String> spaced = labels.stream().map(" "::concat).toList();
        Map<String, Row> rows = label(prompts(30), AS_IT_IS + "labels = [dog, cat, a, horses]");
        assertEquals(30, rows.size());
        for (int i = 0; i < 30; i++) {
            Row row = rows.get("r%02d".formatted(i));
            double[] logprobs =
                    scores(text(i), spaced).stream().mapToDouble(Score::logprob).toArray();
            assertEquals(labels.get(best(logprobs)), row.getAs("label"));
            double[] written = column(row, 1);
            double sum = 0;
            for (double logprob : logprobs) {
                sum += Math.exp(logprob);
            }
            for (int l = 0; l < labels.size(); l++) {
                assertEquals(logprobs[l], written[l], 1e-12);
                assertEquals(Math.exp(logprobs[l]) / sum, column(row, 2)[l], 1e-9);
            }
            assertEquals(1 + text(i).length(), row.<Integer>getAs("prompt_tokens"));
            assertNull(row.getAs("error"));
        }
    }

    @Test
    void meansAreByTokenOrByCharacterAndLogprobsStayThoseOfTheWhole() throws IOException {
        List<String> labels = List.of("a", "horses");
        Path input = prompts(12);
        for (String scoring : List.of("mean-token", "mean-char")) {
            Map<String, Row> rows =
                    label(input, AS_IT_IS + "overwrite = true, labels = \"a,horses\", score = " + scoring);
            for (int i = 0; i < 12; i++) {
                List<Score> scores = scores(text(i), List.of(" a", " horses"));
                int[] lengths = scoring.equals("mean-token") ? new int[] {2, 7} : new int[] {1, 6};
                double[] means = {
                    scores.get(0).logprob() / lengths[0], scores.get(1).logprob() / lengths[1]
                };
                Row row = rows.get("r%02d".formatted(i));
                assertEquals(labels.get(best(means)), row.getAs("label"));
                assertEquals(scores.get(1).logprob(), column(row, 1)[1], 1e-12);
                assertEquals(1 / (1 + Math.exp(means[0] - means[1])), column(row, 2)[1], 1e-9);
            }
        }
    }

    @Test
    void calibrationTakesOffTheScoreOfAPromptWithoutText() throws IOException {
        Path input = prompts(20);
        String template = "promptTemplate = \"is {{ prompt | lower | replace('/', '') }} \", labels = [dog, a], ";
        Map<String, Row> rows = label(input, template + "calibrate = true");
        // White space at the prompt's end is the label's.
        List<Score> neutral = scores("is na", List.of(" dog", " a"));
        for (int i = 0; i < 20; i++) {
            List<Score> own = scores("is " + text(i), List.of(" dog", " a"));
            double[] compared = {
                own.get(0).logprob() - neutral.get(0).logprob(),
                own.get(1).logprob() - neutral.get(1).logprob()
            };
            Row row = rows.get("r%02d".formatted(i));
            assertEquals(List.of("dog", "a").get(best(compared)), row.getAs("label"));
            assertEquals(1 / (1 + Math.exp(compared[1] - compared[0])), column(row, 2)[0], 1e-9);
        }
    }

    @Test
    void calibrationTakesOutTextInListsAndStructsButNotWhatLabelsMean() throws IOException {
        Path input = job.file(
                "in.jsonl",
                IntStream.range(0, 5)
                        .mapToObj(i ->
                                "{\"id\": \"r%02d\", \"turns\": [\"%s\"], \"by\": {\"name\": \"%s\"}, \"descriptions\": {\"a\": \"pet\"}}"
                                        .formatted(i, text(i), text(i + 1)))
                        .toArray(String[]::new));
        String plain = " | lower | replace('/', '') }} ";
        String template = "{{ turns[0]" + plain + "{{ by.name" + plain + "{{ descriptions.a }}";
        Map<String, Row> rows =
                label(input, "promptTemplate = \"" + template + "\", labels = [dog, a], calibrate = true");
        List<Score> neutral = scores("na na pet", List.of(" dog", " a"));
        for (int i = 0; i < 5; i++) {
            List<Score> own = scores(text(i) + " " + text(i + 1) + " pet", List.of(" dog", " a"));
            double dog = own.get(0).logprob() - neutral.get(0).logprob();
            double a = own.get(1).logprob() - neutral.get(1).logprob();
            assertEquals(1 / (1 + Math.exp(a - dog)), column(rows.get("r%02d".formatted(i)), 2)[0], 1e-9);
        }
    }

    @Test
    void inAChatTheLabelFollowsTheGenerationPrompt() throws IOException {
        Path input = job.file("in.jsonl", "{\"id\": \"x\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
        Row row = label(input, "labels = [yes, no]").get("x");
        List<Integer> rendered;
        try (Checkpoint checkpoint = Checkpoint.open(TinyModel.path());
                Tokenizer tokenizer = Tokenizer.open(checkpoint).orElseThrow()) {
            rendered = IntStream.of(tokenizer.encode("user: hi|assistant:", false))
                    .boxed()
                    .toList();
        }
        double expected = engine().score(new ScoreRequest(new Prompt.Ids(rendered), List.of(ids("yes"))))
                .join()
                .continuations()
                .getFirst()
                .logprob();
        assertEquals(expected, column(row, 1)[0], 1e-12);
        assertEquals(rendered.size(), row.<Integer>getAs("prompt_tokens"));
    }

    @Test
    void rowsBringTheirOwnLabelsAndBadOnesAreErrorsInTheRow() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"abc\", \"labels\": [\"one\", \"two\"]}",
                "{\"id\": \"b\", \"prompt\": \"abc\", \"labels\": [\"red\"]}",
                "{\"id\": \"c\", \"prompt\": \"abc\", \"labels\": []}",
                "{\"id\": \"d\", \"prompt\": \"abc\"}",
                "{\"id\": \"e\", \"prompt\": \"abc\", \"labels\": [\"x\", \"x\"]}",
                "{\"id\": \"f\", \"prompt\": \"abc\", \"labels\": [\"x\", \"\"]}",
                "{\"id\": \"g\", \"prompt\": \"\", \"labels\": [\"x\"]}");
        Map<String, Row> rows = label(input, "");
        assertTrue(List.of("one", "two").contains(rows.get("a").<String>getAs("label")));
        assertEquals(2, column(rows.get("a"), 1).length);
        assertEquals("red", rows.get("b").getAs("label"));
        assertEquals(1.0, column(rows.get("b"), 2)[0]);
        for (String id : List.of("c", "d", "e", "f")) {
            assertEquals("invalid_params", LocalJob.code(rows.get(id)), id);
            assertNull(rows.get(id).getAs("label"));
            assertEquals(0, column(rows.get(id), 1).length);
        }
        assertEquals("labels has the label \"x\" twice; expected it once", LocalJob.message(rows.get("e")));
        assertEquals("empty_prompt", LocalJob.code(rows.get("g")));
    }

    @Test
    void aSecondRunLabelsOnlyWhatIsMissingAndOtherLabelsAreRefused() throws IOException {
        Path input = prompts(40);
        String labels = AS_IT_IS + "maxBatch = 4, labels = [dog, cat]";
        Map<String, Row> whole = label(input, labels);
        try (Stream<Path> files = Files.list(job.output())) {
            Files.delete(files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .findFirst()
                    .orElseThrow());
        }
        long there = output().size();
        assertTrue(there > 0 && there < 40, there + " rows");
        assertEquals(there, run(input, labels).summary().earlier());
        Map<String, Row> again = output();
        assertEquals(whole.keySet(), again.keySet());
        whole.forEach((id, row) -> assertEquals(
                row.<Row>getList(row.fieldIndex("label_scores")),
                again.get(id).<Row>getList(row.fieldIndex("label_scores"))));
        String refused = assertThrows(JobException.class, () -> run(input, AS_IT_IS + "labels = [dog, cow]"))
                .getMessage();
        assertTrue(refused.contains("the labels was"), refused);
    }

    @Test
    void aFileOfLabelsAndDescriptionsMakesTheBuiltInPrompt() throws IOException {
        Path labels = job.file("labels.txt", "red\tlike blood", "", "blue");
        Path input = job.file("in.jsonl", "{\"id\": \"x\", \"prompt\": \"the sky\"}");
        String prompt =
                LocalJob.session().labelPrompt(options(input, "labelsFile = \"" + labels + "\""), LocalJob.SILENT);
        assertEquals("""
                Labels: red, blue
                red: like blood

                Text: the sky
                Label:""", prompt);
    }

    @Test
    void goldLabelsAreComparedAndTheComparisonIsRecorded() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"abc\", \"labels\": [\"red\"], \"gold\": \"red\"}",
                "{\"id\": \"b\", \"prompt\": \"abc\", \"labels\": [\"blue\"], \"gold\": \"red\"}",
                "{\"id\": \"c\", \"prompt\": \"abc\", \"labels\": [\"blue\"], \"gold\": \"blue\"}",
                "{\"id\": \"d\", \"prompt\": \"abc\", \"labels\": [], \"gold\": \"blue\"}",
                "{\"id\": \"e\", \"prompt\": \"abc\", \"labels\": [\"red\"]}");
        LabelMetrics metrics = run(input, "goldColumn = gold").metrics().orElseThrow();
        // red: 1 right of 2 gold and 1 given, F1 2/3; blue: 1 right of 2 gold and 2 given, F1 1/2.
        assertEquals(4, metrics.rows());
        assertEquals(0.5, metrics.measures().get("accuracy"));
        assertEquals((2.0 / 3 + 0.5) / 2, metrics.measures().get("macro_f1"), 1e-12);
        assertEquals("""
                accuracy 0.5000, macro-F1 0.5833 (4 rows)
                gold \\ label  blue  red  (error)
                blue             1    0        1
                red              1    1        0""", metrics.text().replace(System.lineSeparator(), "\n"));
        JsonNode gold = new JsonMapper()
                .readTree(job.output().resolve("_sirocco/run.json").toFile())
                .get("figures")
                .get("gold");
        assertEquals(0.5, gold.get("measures").get("accuracy").doubleValue());
        assertEquals(1, gold.get("confusion").get("red").get("blue").intValue());
        String page = Files.readString(job.output().resolve("_sirocco/report.html"));
        assertTrue(page.contains("label by label"));
    }

    @Test
    void labelsThatAreMissingOrGivenTwiceAreRefused() throws IOException {
        Path input = prompts(1);
        assertEquals(
                "there are no labels: the input has no column labels; give them with --labels, --labels-file or --labels-column",
                assertThrows(JobException.class, () -> run(input, "")).getMessage());
        assertThrows(OptionException.class, () -> options(input, "labels = [a, a]"));
        assertThrows(OptionException.class, () -> options(input, "labels = [a], labelsFile = f"));
        assertThrows(OptionException.class, () -> options(input, "labelsFile = \"/nowhere/labels\""));
    }

    @Test
    void withMultiEachLabelIsAQuestionOfItsOwn() throws IOException {
        Path input = prompts(12);
        String template = "promptTemplate = \"{{ prompt }} is {{ label }} \", multi = true, labels = [dog, cat, a], ";
        Map<String, Row> rows = label(input, template);
        for (int i = 0; i < 12; i++) {
            Row row = rows.get("r%02d".formatted(i));
            List<String> apply = new ArrayList<>();
            int tokens = 0;
            for (String label : List.of("dog", "cat", "a")) {
                String context = text(i) + " is " + label;
                List<Score> scores = scores(context, List.of(" yes", " no"));
                double probability = 1
                        / (1 + Math.exp(scores.get(1).logprob() - scores.get(0).logprob()));
                int index = List.of("dog", "cat", "a").indexOf(label);
                assertEquals(scores.get(0).logprob(), column(row, 1)[index], 1e-12);
                assertEquals(probability, column(row, 2)[index], 1e-9);
                tokens += 1 + context.length();
                if (probability > 0.5) {
                    apply.add(label);
                }
            }
            assertEquals(String.join(",", apply), row.getAs("label"));
            assertEquals(tokens, row.<Integer>getAs("prompt_tokens"));
        }
    }

    @Test
    void multiIsCalibratedByWhatEachQuestionSaysOfNothing() throws IOException {
        String template =
                "promptTemplate = \"{{ prompt | lower | replace('/', '') }} {{ label }} \", multi = true, labels = [dog, a], ";
        Map<String, Row> rows = label(prompts(12), template + "calibrate = true");
        int applied = 0;
        for (int i = 0; i < 12; i++) {
            List<String> apply = new ArrayList<>();
            for (String label : List.of("dog", "a")) {
                List<Score> own = scores(text(i) + " " + label, List.of(" yes", " no"));
                List<Score> neutral = scores("na " + label, List.of(" yes", " no"));
                double odds = own.get(0).logprob()
                        - own.get(1).logprob()
                        - neutral.get(0).logprob()
                        + neutral.get(1).logprob();
                assertEquals(
                        1 / (1 + Math.exp(-odds)),
                        column(rows.get("r%02d".formatted(i)), 2)[
                                List.of("dog", "a").indexOf(label)],
                        1e-9);
                if (odds > 0) {
                    apply.add(label);
                }
            }
            assertEquals(String.join(",", apply), rows.get("r%02d".formatted(i)).getAs("label"));
            applied += apply.size();
        }
        assertTrue(applied > 0 && applied < 24, applied + " labels apply");
    }

    @Test
    void manyGoldLabelsAreComparedOneByOne() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"abc\", \"labels\": [\"x\", \"y\"], \"gold\": \"x, z\"}",
                "{\"id\": \"b\", \"prompt\": \"fox\", \"labels\": [\"x\", \"y\"], \"gold\": \"[\\\"y\\\"]\"}",
                "{\"id\": \"c\", \"prompt\": \"fox\", \"labels\": [\"x\"], \"gold\": \"\"}",
                "{\"id\": \"d\", \"prompt\": \"fox\", \"labels\": [\"x,y\"], \"gold\": \"x\"}",
                "{\"id\": \"e\", \"prompt\": \"fox\", \"labels\": [\"x\"]}");
        LabelMetrics metrics = run(
                        input, "multi = true, promptTemplate = \"{{ prompt }} {{ label }}\", goldColumn = gold")
                .metrics()
                .orElseThrow();
        Map<String, Row> rows = output();
        assertEquals(
                "the label \"x,y\" has a comma, which with multi stands between a row's labels",
                LocalJob.message(rows.get("d")));
        Map<String, String> gold = Map.of("a", "x,z", "b", "y", "c", "", "d", "x");
        int exact = 0;
        int right = 0;
        int all = 0;
        Map<String, long[]> counts = new TreeMap<>();
        for (Map.Entry<String, String> row : gold.entrySet()) {
            String label = rows.get(row.getKey()).getAs("label");
            List<String> given = label == null || label.isEmpty() ? List.of() : List.of(label.split(",", -1));
            List<String> wanted = row.getValue().isEmpty()
                    ? List.of()
                    : List.of(row.getValue().split(",", -1));
            exact += given.equals(wanted) ? 1 : 0;
            right += (int) given.stream().filter(wanted::contains).count();
            all += given.size() + wanted.size();
            wanted.forEach(name -> counts.computeIfAbsent(name, _ -> new long[2])[0]++);
            given.forEach(name -> counts.computeIfAbsent(name, _ -> new long[2])[1]++);
        }
        assertEquals(4, metrics.rows());
        assertEquals(exact / 4.0, metrics.measures().get("exact_match"));
        assertEquals(2.0 * right / all, metrics.measures().get("micro_f1"));
        assertEquals(
                List.copyOf(counts.keySet()),
                metrics.labels().stream().map(LabelMetrics.Counts::label).toList());
        for (LabelMetrics.Counts label : metrics.labels()) {
            assertEquals(counts.get(label.label())[0], label.gold());
            assertEquals(counts.get(label.label())[1], label.given());
        }
        assertTrue(metrics.text().contains("precision"), metrics.text());
    }

    @Test
    void aScaleGivesANumberAndTheExpectedOne() throws IOException {
        // The tiny model has no digits, so all are the same to it: what is left is how 1 and 10 are told apart.
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"abc\", \"gold\": 2}",
                "{\"id\": \"b\", \"prompt\": \"abc\", \"gold\": 1.5}",
                "{\"id\": \"c\", \"prompt\": \"\", \"gold\": 3}");
        LabelMetrics metrics = run(input, "scale = 1-3, promptTemplate = \"{{ prompt }}\", goldColumn = gold")
                .metrics()
                .orElseThrow();
        Row row = output().get("a");
        assertEquals("1", row.getAs("label"));
        assertEquals(2.0, row.<Double>getAs("label_value"), 1e-9);
        assertNull(output().get("c").getAs("label_value"));
        // |2 - 1| and |1.5 - 1|; |2 - 2| and |1.5 - 2|
        assertEquals(0.75, metrics.measures().get("mae"), 1e-9);
        assertEquals(0.25, metrics.measures().get("value_mae"), 1e-9);
        assertEquals(0.0, metrics.measures().get("accuracy"));
        assertEquals(List.of("1.5", "2", "3"), List.copyOf(metrics.confusion().keySet()));
    }

    @Test
    void aLabelThatAnotherBeginsWithCountsWithoutIt() throws IOException {
        List<String> labels = List.of("a", "ab", "abba", "b");
        Row row = label(prompts(1), AS_IT_IS + "labels = [a, ab, abba, b]").get("r00");
        double[] p = scores(text(0), labels.stream().map(" "::concat).toList()).stream()
                .mapToDouble(score -> Math.exp(score.logprob()))
                .toArray();
        double[] left = {p[0] - p[1], p[1] - p[2], p[2], p[3]};
        for (int i = 0; i < 4; i++) {
            assertEquals(Math.log(left[i]), column(row, 1)[i], 1e-9);
            assertEquals(left[i] / (p[0] + p[3]), column(row, 2)[i], 1e-9);
        }
    }

    @Test
    void whatIsAskedMustFitHowItIsAsked() throws IOException {
        Path input = prompts(1);
        for (String wrong : List.of(
                "labels = [a], scale = 1-5",
                "scale = 5-1",
                "scale = 1-9999999",
                "scale = one",
                "scale = 1-5, multi = true",
                "labels = [a], multi = true, promptTemplate = \"{{ prompt }}\"",
                "labels = [a], question = q, promptTemplate = \"{{ prompt }}\"",
                "labels = [\"a,b\", c], multi = true")) {
            assertThrows(OptionException.class, () -> options(input, wrong), wrong);
        }
        String scale = assertThrows(JobException.class, () -> run(input, "scale = 1-5"))
                .getMessage();
        assertTrue(scale.contains("--question"), scale);
        Path messages =
                job.file("chat.jsonl", "{\"id\": \"x\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
        String multi = assertThrows(JobException.class, () -> run(messages, "labels = [a], multi = true"))
                .getMessage();
        assertTrue(multi.contains("{{ label }}"), multi);
    }

    @Test
    void builtInPromptsOfAScaleAndOfManyLabels() throws IOException {
        Path input = job.file("in.jsonl", "{\"id\": \"x\", \"prompt\": \"the sky\"}");
        assertEquals(
                """
                How blue?
                Answer with a number from 1 to 5.

                Text: the sky
                Answer:""",
                LocalJob.session()
                        .labelPrompt(options(input, "scale = 1-5, question = \"How blue?\""), LocalJob.SILENT));
        assertEquals(
                """
                Labels: red, blue

                Text: the sky
                Does the label "red" fit the text, yes or no?
                Answer:""",
                LocalJob.session().labelPrompt(options(input, "labels = [red, blue], multi = true"), LocalJob.SILENT));
    }
}
