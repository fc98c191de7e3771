package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.sirocco.Goldens;
import io.sirocco.engine.Engine;
import io.sirocco.weights.PullProgress;
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
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole jobs on a local Spark session with a real, tiny model. */
class GenerateJobTest {

    private static final String OURS = "outputs ARRAY<STRUCT<index: INT, text: STRING, token_ids: ARRAY<INT>, "
            + "finish_reason: STRING, stop_reason: STRING, cumulative_logprob: DOUBLE, "
            + "logprobs: ARRAY<STRUCT<token_id: INT, logprob: DOUBLE, "
            + "top: ARRAY<STRUCT<token_id: INT, logprob: DOUBLE>>>>>>,prompt_tokens INT,cached_tokens INT,"
            + "error STRUCT<code: STRING, message: STRING>,prefill_ms DOUBLE,decode_ms DOUBLE,fingerprint STRING";

    @TempDir
    private static Path shared;

    private static Path model;
    private static JobSession session;
    private static SparkSession spark;

    @TempDir
    private Path folder;

    private Path output;

    @BeforeAll
    static void open() throws IOException {
        model = TinyModel.in(shared.resolve("model"));
        session = JobSession.open("local[2]");
        spark = SparkSession.active();
    }

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("output");
    }

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private GenerateOptions options(Path input, String more) {
        String hocon = "model = \"%s\", input = \"%s\", output = \"%s\", maxTokens = 6, ignoreEos = true, %s"
                .formatted(model, input, output, more);
        return new OptionTable().read(ConfigFactory.parseString(hocon).resolve().root(), key -> key);
    }

    private Summary run(Path input, String more) {
        return session.generate(options(input, more), new Silent());
    }

    private List<Row> answers(Path input, String more) {
        run(input, more);
        return spark.read().parquet(output.toString()).collectAsList();
    }

    private String failure(Path input, String more) {
        RuntimeException e = assertThrows(RuntimeException.class, () -> run(input, more));
        assertTrue(e instanceof JobException || e instanceof OptionException, e.toString());
        return e.getMessage();
    }

    private static Row answer(Row row) {
        return row.<Row>getList(row.fieldIndex("outputs")).getFirst();
    }

    private static List<Integer> ids(Row row) {
        return answer(row).getList(2);
    }

    private static String code(Row row) {
        Row error = row.getAs("error");
        return error == null ? "" : error.getString(0);
    }

    private static String message(Row row) {
        return row.<Row>getAs("error").getString(1);
    }

    private static final class Silent implements JobListener {
        @Override
        public void phase(String what) {}

        @Override
        public void progress(Progress progress) {}

        @Override
        public PullProgress pull() {
            return PullProgress.NONE;
        }
    }

    @Test
    void tokenIdsAreAnsweredAsTheReferenceDoes() throws IOException {
        Goldens golden = Goldens.of(Goldens.resource("mistral-window4-worked"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            lines.add("{\"id\": %d, \"token_ids\": %s}".formatted(i, Arrays.toString(golden.ints("prompt." + i))));
        }
        List<Row> rows = answers(file("in.jsonl", lines.toArray(String[]::new)), "maxTokens = 20");
        assertEquals(12, rows.size());
        for (int i = 0; i < 12; i++) {
            assertEquals(String.valueOf(i), rows.get(i).getAs("id"));
            assertEquals(Arrays.stream(golden.ints("greedy." + i)).boxed().toList(), ids(rows.get(i)));
            assertEquals("length", answer(rows.get(i)).getString(3));
            assertEquals(golden.ints("prompt." + i).length, rows.get(i).<Integer>getAs("prompt_tokens"));
        }
    }

    @Test
    void outputColumnsAreTheInputsThenOurs() throws IOException {
        Path input = file("in.jsonl", "{\"prompt\": \"abc\", \"n\": 7}");
        run(input, "");
        assertEquals(
                "n BIGINT,prompt STRING,id STRING," + OURS,
                spark.read().parquet(output.toString()).schema().toDDL());
    }

    @Test
    void idColumnBecomesAStringWhereItStands() throws IOException {
        Path input = file("in.jsonl", "{\"id\": 7, \"prompt\": \"abc\"}", "{\"id\": 8, \"prompt\": \"abc\"}");
        List<Row> rows = answers(input, "");
        assertEquals("id STRING,prompt STRING," + OURS, rows.getFirst().schema().toDDL());
        assertEquals("8", rows.get(1).getAs("id"));
    }

    @Test
    void otherIdColumnStaysAsItIs() throws IOException {
        Path input = file("in.jsonl", "{\"q\": 7, \"prompt\": \"abc\"}");
        List<Row> rows = answers(input, "idColumn = q, promptLogprobs = true");
        assertEquals(
                "prompt STRING,q BIGINT,id STRING,"
                        + OURS.replace("error STRUCT", "prompt_logprobs ARRAY<DOUBLE>,error STRUCT"),
                rows.getFirst().schema().toDDL());
        assertEquals("7", rows.getFirst().getAs("id"));
        List<Double> logprobs = rows.getFirst().getList(rows.getFirst().fieldIndex("prompt_logprobs"));
        assertEquals(4, logprobs.size()); // BOS, a, b, c
        assertNull(logprobs.getFirst());
    }

    @ParameterizedTest
    @CsvSource({"JSON,PARQUET", "CSV,JSON", "TEXT,PARQUET", "PARQUET,JSON"})
    void everyFormatIsReadAndWritten(InputFormat in, OutputFormat out) throws IOException {
        Path input = file("in.jsonl", "{\"prompt\": \"one\"}", "{\"prompt\": \"two, \\\"three\\\"\"}");
        switch (in) {
            case JSON -> {}
            case TEXT -> input = file("in.txt", "one", "two, \"three\"");
            case CSV -> input = file("in.csv", "prompt,other", "one,1", "\"two, \"\"three\"\"\",2");
            case PARQUET -> {
                Path parquet = folder.resolve("in.parquet");
                spark.read().json(input.toString()).coalesce(1).write().parquet(parquet.toString());
                input = parquet;
            }
        }
        Summary summary = run(input, "outputFormat = " + out.name().toLowerCase(java.util.Locale.ROOT));
        assertEquals(2, summary.rows());
        assertEquals(Map.of(), summary.errors());
        Dataset<Row> written = out == OutputFormat.JSON
                ? spark.read().json(output.toString())
                : spark.read().parquet(output.toString());
        assertEquals(
                List.of("one", "two, \"three\""),
                written.select("prompt").collectAsList().stream()
                        .map(row -> row.getString(0))
                        .toList());
        assertEquals(
                6,
                written.selectExpr("size(outputs[0].token_ids)")
                        .collectAsList()
                        .getFirst()
                        .getInt(0));
    }

    @Test
    void csvPromptMayGoOverLinesAndNoTypeIsGuessed() throws IOException {
        Path input = file("in.csv", "id,prompt", "007,\"two", "lines\"");
        List<Row> rows = answers(input, "");
        assertEquals(1, rows.size());
        assertEquals("007", rows.getFirst().getAs("id"));
        assertEquals("two\nlines", rows.getFirst().getAs("prompt"));
    }

    @Test
    void aCsvRowOfTooManyCellsIsAnsweredAndKeptWhole() throws IOException {
        List<Row> rows = answers(file("in.csv", "id,prompt", "1,one,more", "2,two", "3"), "");
        assertEquals(3, rows.size());
        assertEquals("one", rows.getFirst().getAs("prompt"));
        assertEquals("1,one,more", rows.getFirst().getAs("_corrupt_record"));
        assertEquals("", code(rows.getFirst()));
        assertNull(rows.get(1).getAs("_corrupt_record"));
        assertEquals("empty_prompt", code(rows.get(2)));
    }

    @Test
    void badRowsKeepTheirPlaceAndTheOthersAreAnswered() throws IOException {
        Path input = file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"fine\"}",
                "{\"id\": \"b\", \"prompt\": null}",
                "{\"id\": \"c\", \"prompt\": \"\"}",
                "{\"id\": \"d\", \"prompt\": \"fine\", \"params\": {\"max_tokens\": 5000}}",
                "{\"id\": \"e\", \"prompt\": \"fine\", \"params\": {\"max_tokens\": 0}}",
                "{\"id\": \"f\", \"prompt\": \"fine\", \"params\": {\"heat\": 1}}",
                "no json",
                "{\"id\": \"h\", \"prompt\": \"fine\"}");
        List<Row> rows = answers(input, "");
        assertEquals(
                List.of(
                        "",
                        "empty_prompt",
                        "empty_prompt",
                        "prompt_too_long",
                        "invalid_params",
                        "invalid_params",
                        "empty_prompt",
                        ""),
                rows.stream().map(GenerateJobTest::code).toList());
        assertEquals(
                List.of("a", "b", "c", "d", "e", "f", "in.jsonl:6", "h"),
                rows.stream().map(row -> row.<String>getAs("id")).toList());
        assertTrue(message(rows.get(4)).contains("max-tokens is 0"), message(rows.get(4)));
        assertTrue(message(rows.get(5)).contains("heat"), message(rows.get(5)));
        assertEquals("no json", rows.get(6).getAs("_corrupt_record"));
        for (Row row : rows) {
            assertEquals(
                    code(row).isEmpty() ? 1 : 0,
                    row.getList(row.fieldIndex("outputs")).size());
        }
        assertEquals(ids(rows.getFirst()), ids(rows.getLast()));
    }

    @Test
    void rowsParamsOverrideTheJobs() throws IOException {
        Path input = file(
                "in.jsonl",
                "{\"prompt\": \"fine\"}",
                "{\"prompt\": \"fine\", \"params\": {\"maxTokens\": 2, \"logprobs\": 3}}",
                "{\"prompt\": \"fine\", \"params\": {\"max-tokens\": \"3\"}}",
                "{\"prompt\": \"fine\", \"params\": {\"temperature\": 5, \"seed\": 3}}");
        List<Row> rows = answers(input, "");
        assertEquals(
                List.of(6, 2, 3, 6), rows.stream().map(row -> ids(row).size()).toList());
        List<Row> logprobs = answer(rows.get(1)).getList(6);
        assertEquals(2, logprobs.size());
        assertEquals(3, logprobs.getFirst().getList(2).size());
        assertNull(answer(rows.get(0)).getList(6));
        assertNotEquals(ids(rows.get(0)), ids(rows.get(3)));
    }

    @Test
    void paramsMayBeJsonText() throws IOException {
        Path input = file(
                "in.jsonl",
                "{\"prompt\": \"fine\", \"p\": \"{\\\"max_tokens\\\": 2}\"}",
                "{\"prompt\": \"fine\", \"p\": \"{\\\"max_tokens\\\": }\"}",
                "{\"prompt\": \"fine\"}");
        List<Row> rows = answers(input, "paramsColumn = p");
        assertEquals(
                List.of("", "invalid_params", ""),
                rows.stream().map(GenerateJobTest::code).toList());
        assertEquals(2, ids(rows.getFirst()).size());
        assertTrue(message(rows.get(1)).startsWith("p is not valid JSON"), message(rows.get(1)));
    }

    @Test
    void idsAndAnswersDoNotDependOnHowFilesAreSplit() throws IOException {
        Path input = Files.createDirectories(folder.resolve("in"));
        for (String name : List.of("b.jsonl", "a.jsonl")) {
            Files.writeString(
                    input.resolve(name),
                    IntStream.range(0, 30)
                            .mapToObj(i -> "{\"prompt\": \"%s\"}\n".formatted("abcdefghij".substring(i % 10) + name))
                            .collect(Collectors.joining()));
        }
        String sampled = "temperature = 2, seed = 5";
        List<Row> whole = answers(input, sampled);
        String bytes = spark.conf().get("spark.sql.files.maxPartitionBytes");
        spark.conf().set("spark.sql.files.maxPartitionBytes", "150");
        try {
            List<Row> split = answers(input, sampled + ", overwrite = true, maxBatch = 3");
            assertTrue(spark.read().parquet(output.toString()).inputFiles().length > 5);
            assertEquals(byId(whole), byId(split));
            assertTrue(byId(whole).containsKey("a.jsonl:0") && byId(whole).containsKey("b.jsonl:29"));
            assertEquals(60, byId(whole).size());
            assertEquals(
                    IntStream.range(0, 30).mapToObj(i -> "a.jsonl:" + i).collect(Collectors.toSet()),
                    byId(answers(input, sampled + ", overwrite = true, limit = 30"))
                            .keySet());
        } finally {
            spark.conf().set("spark.sql.files.maxPartitionBytes", bytes);
        }
    }

    private static Map<String, List<Integer>> byId(List<Row> rows) {
        return rows.stream().collect(Collectors.toMap(row -> row.getAs("id"), GenerateJobTest::ids));
    }

    @Test
    void allRowsOfASmallFileAreInFlightTogether() throws IOException {
        Path input = file(
                "in.txt", IntStream.range(0, 40).mapToObj(i -> "some prompt").toArray(String[]::new));
        Engine engine =
                Engines.get(model.toString(), options(input, "").engine()).engine();
        long before = engine.stats().steps();
        run(input, "maxTokens = 50");
        long steps = engine.stats().steps() - before;
        assertTrue(steps < 2 * 50 + 40, "40 rows of 50 tokens took " + steps + " steps");
    }

    @Test
    void aColumnOfOursInTheInputIsRefusedUnlessOursGetAPrefix() throws IOException {
        Path input = file("in.jsonl", "{\"prompt\": \"abc\", \"Error\": 1, \"id\": 4}");
        String message = failure(input, "");
        assertTrue(message.contains("column Error") && message.contains("--output-prefix"), message);
        assertFalse(Files.exists(output));
        Row row = answers(input, "outputPrefix = x_").getFirst();
        assertEquals(
                "Error BIGINT,id BIGINT,prompt STRING,x_id STRING,"
                        + Stream.of(OURS.split(",(?=\\w+ [A-Z])"))
                                .map(column -> "x_" + column)
                                .collect(Collectors.joining(",")),
                row.schema().toDDL());
    }

    @Test
    void theInputSaysWhatIsMissing() throws IOException {
        Path input = file("in.jsonl", "{\"question\": \"abc\", \"n\": 1}");
        assertEquals(
                "the input has no column prompt, messages or token_ids; it has n, question. Name one with --prompt-column",
                failure(input, ""));
        assertEquals(
                "the input has no column text (--prompt-column); it has n, question",
                failure(input, "promptColumn = text"));
        assertEquals("column n is bigint; expected string", failure(input, "promptColumn = n"));
        assertEquals(
                "the input has no column key (--id-column); it has n, question",
                failure(input, "promptColumn = question, idColumn = key"));
        assertTrue(failure(folder.resolve("none.jsonl"), "").endsWith("none.jsonl does not exist"));
        assertTrue(failure(folder.resolve("*.none"), "").endsWith("*.none does not exist"));
        assertTrue(failure(file("in.xyz", "abc"), "").endsWith("say it with --input-format"));
        assertTrue(failure(file("empty.jsonl"), "").endsWith("has no rows"));
        assertTrue(failure(file("array.json", "[", "{\"prompt\": \"a\"},", "{\"prompt\": \"b\"}", "]"), "")
                .contains("is not JSON lines"));
        assertFalse(Files.exists(output));
    }

    @Test
    void anExistingOutputIsKeptUnlessItMayBeReplaced() throws IOException {
        Path input = file("in.jsonl", "{\"prompt\": \"abc\"}");
        run(input, "");
        List<String> before = names();
        assertEquals("output " + output + " already exists; choose another or pass --overwrite", failure(input, ""));
        failure(input, "overwrite = true, promptColumn = none");
        failure(folder.resolve("none.jsonl"), "overwrite = true");
        assertEquals(before, names());
        run(input, "overwrite = true");
        assertEquals(1, spark.read().parquet(output.toString()).count());
        assertNotEquals(before, names());
    }

    @Test
    void anOutputThatHoldsTheInputIsNeverReplaced() throws IOException {
        Path input = file("in.jsonl", "{\"prompt\": \"abc\"}");
        output = folder;
        assertTrue(failure(input, "overwrite = true").endsWith("holds the input; choose another folder"));
        assertTrue(Files.exists(input));
    }

    @Test
    void aFinishedOutputHoldsDataFilesSuccessAndTheRecordOnly() throws IOException {
        run(file("in.jsonl", "{\"prompt\": \"abc\"}"), "");
        List<String> names = names();
        assertEquals(List.of("_SUCCESS", "_sirocco", "_sirocco/run.json"), names.subList(0, 3));
        assertEquals(4, names.size(), names.toString());
        assertTrue(names.get(3).matches("part-.*\\.parquet"), names.toString());
        String record = Files.readString(output.resolve("_sirocco/run.json"));
        assertTrue(record.contains("\"rows\" : 1") && record.contains("\"maxTokens\" : 6"), record);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            return files.filter(file -> !file.equals(output))
                    .map(file -> output.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTemplateMakesThePromptFromAnyColumns() throws IOException {
        Path input = file(
                "in.jsonl",
                "{\"a\": \"one\", \"b\": {\"c\": [\"two\"]}}",
                "{\"a\": null, \"b\": {\"c\": []}}",
                "{\"a\": \"\", \"b\": {\"c\": [\"\"]}}",
                "{\"prompt\": \"one two\"}");
        String template =
                "promptTemplate = \"{{ a }}{% if b and b.c and b.c[0] %} {{ b.c[0] }}{% endif %}{{ prompt or '' }}"
                        + "{% if a is none and not prompt %}{{ raise_exception('no a') }}{% endif %}\"";
        List<Row> rows = answers(input, template.replace("{{ a }}", "{{ a or '' }}"));
        assertEquals(
                List.of("", "template_error", "empty_prompt", ""),
                rows.stream().map(GenerateJobTest::code).toList());
        assertTrue(message(rows.get(1)).contains("no a"), message(rows.get(1)));
        assertEquals(ids(rows.getFirst()), ids(rows.getLast()));
        assertTrue(failure(input, "promptTemplate = \"{% if %}\", overwrite = true")
                .startsWith("prompt-template: "));
    }

    @Test
    void badMessagesAreErrorRows() throws IOException {
        Path messages = file(
                "chats.jsonl",
                "{\"messages\": [{\"role\": \"user\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\", \"name\": \"Bob\"}]}",
                "{\"messages\": []}",
                "{\"messages\": null}");
        List<Row> rows = answers(messages, "");
        assertEquals(
                List.of("invalid_messages", "invalid_messages", "invalid_messages", "empty_prompt"),
                rows.stream().map(GenerateJobTest::code).toList());
        assertEquals("messages[0] has no content", message(rows.getFirst()));
        assertEquals("messages[0] has name; expected role and content only", message(rows.get(1)));
    }

    @Test
    void chatsAreAnsweredThroughTheModelsTemplate() throws IOException {
        Path messages = file(
                "chats.jsonl",
                "{\"messages\": [{\"role\": \"system\", \"content\": \"be brief\"}, {\"role\": \"user\", \"content\": \"hi\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
        List<Row> chats = answers(messages, "");
        assertEquals(List.of("", ""), chats.stream().map(GenerateJobTest::code).toList());
        Path mixed = file(
                "mixed.jsonl",
                "{\"messages\": [{\"role\": \"system\", \"content\": \"be brief\"}, {\"role\": \"user\", \"content\": \"hi\"}]}",
                "{\"messages\": \"hi\"}");
        List<Row> asText = answers(mixed, "overwrite = true");
        assertEquals(
                List.of("", "invalid_messages"),
                asText.stream().map(GenerateJobTest::code).toList());
        Path prompts = file("in.jsonl", "{\"prompt\": \"hi\"}", "{\"prompt\": \"\"}");
        List<Row> wrapped = answers(prompts, "overwrite = true, system = \"be brief\"");
        assertEquals(
                List.of("", "empty_prompt"),
                wrapped.stream().map(GenerateJobTest::code).toList());
        Path spelled = file("in.txt", "system: be brief|user: hi|assistant:");
        List<Row> plain = answers(spelled, "overwrite = true");
        assertEquals(ids(wrapped.getFirst()), ids(chats.getFirst()));
        assertEquals(ids(wrapped.getFirst()), ids(asText.getFirst()));
        // Plain text gets BOS, a rendered chat brings what its template says.
        assertEquals(
                plain.getFirst().<Integer>getAs("prompt_tokens") - 1,
                wrapped.getFirst().<Integer>getAs("prompt_tokens"));
    }

    @Test
    void aCancelledJobLeavesNoOutputAndNoRowInTheEngine() throws Exception {
        Path input = file(
                "in.txt", IntStream.range(0, 500).mapToObj(i -> "some prompt").toArray(String[]::new));
        GenerateOptions options = options(input, "maxTokens = 3500, maxBatch = 8");
        Engine engine = Engines.get(model.toString(), options.engine()).engine();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Summary> job = thread.submit(() -> session.generate(options, new Silent()));
            while (engine.stats().running() == 0 || !Files.exists(output)) {
                assertFalse(job.isDone());
                Thread.sleep(10);
            }
            spark.sparkContext().cancelAllJobs();
            ExecutionException e = assertThrows(ExecutionException.class, job::get);
            assertEquals(JobException.class, e.getCause().getClass());
            assertFalse(e.getCause().getMessage().contains("\n"), e.getCause().getMessage());
        }
        assertFalse(Files.exists(output));
        for (int i = 0; i < 500 && engine.stats().running() + engine.stats().waiting() > 0; i++) {
            Thread.sleep(10);
        }
        assertEquals(0, engine.stats().running() + engine.stats().waiting());
    }

    @Test
    void stopTextEndsTheAnswer() throws IOException {
        Path input = file("in.txt", "some prompt");
        String text = answer(answers(input, "").getFirst()).getString(1);
        String stop = text.substring(2, 3);
        Row row = answer(
                answers(input, "overwrite = true, stop = [\"" + stop + "\"]").getFirst());
        assertEquals(text.substring(0, text.indexOf(stop)), row.getString(1));
        assertEquals("stop", row.getString(3));
        assertEquals(stop, row.getString(4));
    }
}
