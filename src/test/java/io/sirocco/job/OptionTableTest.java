package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.sirocco.engine.SamplingParams;
import io.sirocco.engine.constraint.Constraint;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTableTest {

    private static final OptionTable<GenerateOptions> TABLE = OptionTable.generate();
    private static final String REQUIRED = "model = m, input = i, output = o, ";

    @TempDir
    private Path folder;

    private static GenerateOptions read(String hocon) {
        return TABLE.read(ConfigFactory.parseString(REQUIRED + hocon).root(), key -> "--" + key);
    }

    private Path job(String text) throws IOException {
        return Files.writeString(folder.resolve("job.conf"), text);
    }

    @Test
    void everyOptionHasAKeyAMeaningAndATypeAndNoKeyIsLeftOver() {
        Config conf = ConfigFactory.parseFile(Path.of("conf", "sirocco.conf").toFile());
        Set<String> keys = new HashSet<>(conf.getObject("sirocco").keySet());
        for (OptionTable.Option option : TABLE.options()) {
            assertTrue(keys.remove(option.key()), option.key());
            assertTrue(option.description().endsWith("."), option.key() + ": " + option.description());
        }
        assertEquals(Set.of(), keys);
    }

    @Test
    void everyOptionOfLabelHasAMeaningAndNoKeyOfItsSectionIsLeftOver() {
        Set<String> keys = new HashSet<>(
                ConfigFactory.parseFile(Path.of("conf", "sirocco.conf").toFile())
                        .getObject("label")
                        .keySet());
        for (OptionTable.Option option : OptionTable.label().options()) {
            keys.remove(option.key());
            assertTrue(option.description().endsWith("."), option.key() + ": " + option.description());
        }
        assertEquals(Set.of(), keys);
    }

    @Test
    void everyOptionOfEvaluateHasAMeaningAndNoKeyOfItsSectionIsLeftOver() {
        Set<String> keys = new HashSet<>(
                ConfigFactory.parseFile(Path.of("conf", "sirocco.conf").toFile())
                        .getObject("evaluate")
                        .keySet());
        for (OptionTable.Option option : OptionTable.evaluate().options()) {
            keys.remove(option.key());
            assertTrue(option.description().endsWith("."), option.key() + ": " + option.description());
        }
        assertEquals(Set.of(), keys);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            limit = 0 | limit is 0.0; expected a number of documents, or a share of them below 1
            numFewshot = -1 | num-fewshot is -1; expected at least 0
            maxLength = 0 | max-length is 0; expected at least 1
            bootstrapIters = -1 | bootstrap-iters is -1; expected at least 0
            limit = few | limit is "few"; expected a number
            applyChatTemplate = 2 | applyChatTemplate is 2; expected true or false
            fewshotAsMultiturn = true | fewshot-as-multiturn needs apply-chat-template
            tasks = "," | tasks is empty; expected task files or folders of them
            maxTokens = 3 | unknown option maxTokens; the nearest is master
            """)
    void aWrongOptionOfEvaluateIsRefusedByName(String hocon, String message) {
        String all = "model = m, tasks = \"a.yaml\", output = o, " + hocon;
        OptionException e = assertThrows(
                OptionException.class,
                () -> OptionTable.evaluate().read(ConfigFactory.parseString(all).root(), key -> key));
        assertEquals(message, e.getMessage());
    }

    @Test
    void anOptionOfGenerateAloneIsUnknownToLabel() {
        String message = assertThrows(
                        OptionException.class,
                        () -> OptionTable.label()
                                .read(
                                        ConfigFactory.parseString(REQUIRED + "maxTokens = 3")
                                                .root(),
                                        key -> key))
                .getMessage();
        assertTrue(message.startsWith("unknown option maxTokens"), message);
    }

    @Test
    void defaultsAreThoseOfTheFile() {
        GenerateOptions options = read("");
        assertEquals(SamplingParams.DEFAULT, options.sampling());
        assertEquals(OutputFormat.PARQUET, options.outputFormat());
        assertEquals(Optional.empty(), options.inputFormat());
        assertEquals(new ColumnName("prompt", false), options.promptColumn());
        assertEquals(new ColumnName("token_ids", false), options.tokenIdsColumn());
        assertEquals("local[*]", options.master());
        assertEquals(OptionalInt.empty(), options.logprobs());
        assertEquals(OptionalInt.empty(), options.maxBatch());
        assertEquals(0, options.engine().memoryBytes());
        assertFalse(options.overwrite());
    }

    @Test
    void everyValueReachesTheComponentOfItsName() {
        GenerateOptions options = read("""
                inputFormat = csv, outputFormat = json, promptColumn = a, messagesColumn = b, tokenIdsColumn = c,
                chat = true, system = "s", idColumn = d, paramsColumn = e, maxTokens = 3, minTokens = 2, temperature = 0.5,
                topP = 0.25, topK = 7, minP = 0.125, repetitionPenalty = 1.5, presencePenalty = -0.5, frequencyPenalty = 0.75, n = 5,
                seed = -9, stop = [x, "y z"], stopTokenIds = [7, 2], includeStop = true, ignoreEos = true, logprobs = 2,
                promptLogprobs = true, complete = true, limit = 5000000000,
                master = "local[1]", overwrite = true, failOnError = true, outputPrefix = p_, threads = 1, chunk = 16, maxBatch = 4,
                engineMemory = 2g
                """);
        assertEquals(Optional.of(InputFormat.CSV), options.inputFormat());
        assertEquals(OutputFormat.JSON, options.outputFormat());
        assertEquals(
                List.of("a", "b", "c", "d", "e"),
                List.of(
                        options.promptColumn().name(),
                        options.messagesColumn().name(),
                        options.tokenIdsColumn().name(),
                        options.idColumn().name(),
                        options.paramsColumn().name()));
        assertTrue(options.promptColumn().named());
        assertEquals(Optional.of("s"), options.system());
        assertEquals(
                new SamplingParams(
                        3,
                        2,
                        0.5,
                        0.25,
                        7,
                        0.125,
                        1.5,
                        -0.5,
                        0.75,
                        5,
                        -9,
                        List.of("x", "y z"),
                        List.of(7, 2),
                        true,
                        true,
                        2,
                        true,
                        null,
                        true),
                options.sampling());
        assertEquals(OptionalLong.of(5_000_000_000L), options.limit());
        assertEquals("p_", options.outputPrefix());
        assertEquals(2L << 30, options.engine().memoryBytes());
        assertEquals(4, options.engine().maxBatch());
        assertEquals(16, options.engine().chunk());
        assertTrue(options.chat() && options.overwrite() && options.failOnError());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            maxTokens = many | --maxTokens is "many"; expected a whole number
            maxTokens = 1.5 | --maxTokens is 1.5; expected a whole number
            maxTokens = 0 | max-tokens is 0; expected at least 1
            temperature = warm | --temperature is "warm"; expected a number
            temperature = -1 | temperature is -1.0; expected 0 (greedy) to 100
            maxTokens = 4, minTokens = 5 | min-tokens is 5; expected 0 to max-tokens, 4
            minP = 2 | min-p is 2.0; expected 0 (off) to 1
            repetitionPenalty = 0 | repetition-penalty is 0.0; expected more than 0, at most 100; 1 is off
            presencePenalty = high | --presencePenalty is "high"; expected a number
            frequencyPenalty = -3 | frequency-penalty is -3.0; expected -2 to 2; 0 is off
            n = 0 | n is 0; expected 1 to 1024
            stopTokenIds = x | --stopTokenIds is "x"; expected token ids
            stopTokenIds = "2,,7" | --stopTokenIds is "2,,7"; expected token ids
            stopTokenIds = [2, 1.5] | --stopTokenIds is [2, 1.5]; expected token ids
            stopTokenIds = { a = 1 } | --stopTokenIds is an object; expected token ids
            stopTokenIds = -1 | stop-token-ids is -1; expected token ids
            includeStop = 1 | --includeStop is 1; expected true or false
            chat = maybe | --chat is "maybe"; expected true or false
            outputFormat = xml | --outputFormat is "xml"; expected parquet, json, csv, orc, arrow, openai-batch
            inputFormat = { a = 1 } | --inputFormat is an object; expected parquet, json, csv, text, orc, arrow, openai-batch
            stop = { a = 1 } | --stop is an object; expected a list of texts
            engineMemory = lots | --engineMemory is "lots"; expected a size such as 8g or 512m, or auto
            limit = 0 | limit is 0; expected at least 1
            threads = -1 | threads is -1; expected 1 to 1024, or 0 for automatic
            choices = [a, b], regex = a | choices, regex and json-schema: expected at most one of them
            choices = "a,,b" | choices: expected at least one text, none of them empty
            regex = "a(?=b)" | regex a(?=b) has, at character 2, "(?" of any kind but (?:…) and (?<name>…), which is not supported
            schemaDepth = 0 | schema-depth is 0; expected 1 to 20
            parse = true | parse needs a json-schema, which says what the answers are
            jsonSchema = /nowhere/s.json | json-schema /nowhere/s.json cannot be read; expected a file with a JSON schema
            regex = a, ignoreEos = true | choices, regex and json-schema say where the answer ends; leave stop, stop-token-ids and ignore-eos out
            maxTokenz = 5 | unknown option --maxTokenz; the nearest is --maxTokens
            """)
    void aWrongValueIsRefusedWithItsNameAndWhatWasExpected(String hocon, String message) {
        assertEquals(
                message, assertThrows(OptionException.class, () -> read(hocon)).getMessage());
    }

    @Test
    void textIsTakenForNumbersAsTheCommandLineGivesIt() {
        Map<String, ?> given = Map.of(
                "model", "m", "input", "i", "output", "o", "maxTokens", "12", "topP", "0.5", "stop", List.of("a", "1"));
        GenerateOptions options = TABLE.read(ConfigValueFactory.fromMap(given), key -> key);
        assertEquals(12, options.maxTokens());
        assertEquals(0.5, options.topP());
        assertEquals(List.of("a", "1"), options.stop());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[2, 7]", "\"2,7\"", "\"2, 7\"", "[\"2\", \"7\"]", "[\"2,7\"]"})
    void tokenIdsAreAListOrTextWithCommas(String ids) {
        assertEquals(List.of(2, 7), read("stopTokenIds = " + ids).stopTokenIds());
    }

    @Test
    void oneTokenIdIsAListOfOne() {
        assertEquals(List.of(2), read("stopTokenIds = 2").stopTokenIds());
        assertEquals(List.of(2), read("stopTokenIds = \"2\"").stopTokenIds());
    }

    @Test
    void aCommaInAStopTextIsAComma() {
        assertEquals(List.of("2,7"), read("stop = \"2,7\"").stop());
    }

    @Test
    void choicesAreAListOrTextWithCommas() {
        Constraint ab = new Constraint.Choices(List.of("a", "b"));
        assertEquals(ab, read("choices = \"a,b\"").sampling().constraint());
        assertEquals(ab, read("choices = [a, b]").sampling().constraint());
        assertEquals(
                new Constraint.Choices(List.of("a,b", "c")),
                read("choices = [\"a,b\", c]").sampling().constraint());
    }

    @Test
    void aMissingOptionIsNamed() {
        String message = assertThrows(
                        OptionException.class,
                        () -> TABLE.read(
                                ConfigFactory.parseString("model = m, input = i")
                                        .root(),
                                key -> "--" + key))
                .getMessage();
        assertTrue(message.startsWith("--output is missing"), message);
    }

    @Test
    void aJobFileSetsOptionsAndOverridesWin() throws IOException {
        Path file = job("sirocco { job = generate, model = m, input = i, output = o, maxTokens = 5, stop = [a] }");
        GenerateOptions options = (GenerateOptions) JobFile.read(
                file, Map.of("sirocco.maxTokens", List.of("6"), "output", List.of("p"), "stop", List.of("b", "c")));
        assertEquals(6, options.maxTokens());
        assertEquals("p", options.output());
        assertEquals(List.of("b", "c"), options.stop());
    }

    @Test
    void aJobFileWithAWrongKeyIsRefusedByName() throws IOException {
        Path unknown = job("sirocco { job = generate, modle = m, input = i, output = o }");
        String message = assertThrows(OptionException.class, () -> JobFile.read(unknown, Map.of()))
                .getMessage();
        assertTrue(message.endsWith("unknown option sirocco.modle; the nearest is sirocco.model"), message);
        Path job = job("sirocco { job = dance }");
        assertTrue(assertThrows(OptionException.class, () -> JobFile.read(job, Map.of()))
                .getMessage()
                .endsWith("sirocco.job is \"dance\"; expected generate, label or evaluate"));
        Path outside = job("sirocco { job = generate }, maxTokens = 3");
        assertTrue(assertThrows(OptionException.class, () -> JobFile.read(outside, Map.of()))
                .getMessage()
                .contains("maxTokens is outside of sirocco"));
    }

    @Test
    void jobFilesToCopyAreRight() {
        for (String name : List.of("demo.conf", "generate.conf")) {
            GenerateOptions generate = (GenerateOptions) JobFile.read(Path.of("jobs", name), Map.of());
            assertTrue(generate.chat(), name);
        }
        LabelOptions label = (LabelOptions) JobFile.read(Path.of("jobs", "label.conf"), Map.of());
        assertEquals(List.of("cooking", "travel", "math", "coding"), label.labels());
        assertEquals(9, labels("label-vicuna.conf"));
        assertEquals(4, labels("label-agieval.conf"));
        EvaluateOptions evaluate = (EvaluateOptions) JobFile.read(Path.of("jobs", "evaluate.conf"), Map.of());
        for (Path task : evaluate.evaluation().tasks()) {
            assertTrue(Files.exists(task), task.toString());
        }
    }

    private static int labels(String jobFile) {
        LabelOptions options = (LabelOptions) JobFile.read(Path.of("jobs", jobFile), Map.of());
        return options.labelSet().orElseThrow().names().size();
    }

    @Test
    void optionsAsJsonHaveEveryKey() {
        Set<String> names = Arrays.stream(GenerateOptions.class.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
        Set<String> fields = new HashSet<>();
        OptionTable.json(read("")).fieldNames().forEachRemaining(fields::add);
        assertEquals(names, fields);
    }
}
