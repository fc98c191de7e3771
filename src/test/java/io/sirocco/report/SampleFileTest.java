package io.sirocco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTest {

    @TempDir
    private Path folder;

    @Test
    void aTargetIsANumberOrAText() throws IOException {
        assertEquals(1, choices("1", 1).orElseThrow().gold());
        assertEquals(1, choices("dog", 1).orElseThrow().gold());
        assertEquals(-1, choices("cow", 0).orElseThrow().gold());
    }

    @Test
    void aTargetThatTheAccuracyContradictsIsNotBelieved() throws IOException {
        assertEquals(-1, choices("0", 1).orElseThrow().gold());
    }

    @Test
    void choicesAskedOnceMoreWithoutTheQuestionAreLeftOut() throws IOException {
        Sample sample = read("""
                {"target": "1", "metrics": ["acc", "acc_mutual_info"], "acc": 1.0, "acc_mutual_info": 0.0,
                 "resps": [[["-2", "False"]], [["-1", "False"]], [["0", "False"]], [["-5", "False"]]],
                 "arguments": {"gen_args_0": {"arg_0": "?", "arg_1": " cat"}, "gen_args_1": {"arg_0": "?", "arg_1": " dog"}}}
                """, "multiple_choice");
        assertEquals(List.of("cat", "dog"), sample.choices().orElseThrow().texts());
        assertEquals(1, sample.choices().orElseThrow().chosen());
    }

    @Test
    void choicesThatStandInTheContextAreShownFromThere() throws IOException {
        Sample sample = read("""
                {"target": "0", "metrics": ["acc"], "acc": 1.0, "resps": [[["-1", "False"]], [["-2", "False"]]],
                 "arguments": {"gen_args_0": {"arg_0": "Ann", "arg_1": " ran."}, "gen_args_1": {"arg_0": "Bob", "arg_1": " ran."}}}
                """, "multiple_choice");
        assertEquals(List.of("Ann", "Bob"), sample.choices().orElseThrow().texts());
    }

    @Test
    void longPromptsKeepTheirEndAndTheirLength() throws IOException {
        String prompt = "x".repeat(SampleFile.PROMPT) + "the question";
        Sample sample = read(
                "{\"target\": \"\", \"arguments\": {\"gen_args_0\": {\"arg_0\": \"" + prompt
                        + "\"}}, \"filtered_resps\": [\"an answer\"]}",
                "generate_until");
        assertEquals(prompt.length(), sample.promptLength());
        assertTrue(sample.prompt().startsWith("… x") && sample.prompt().endsWith("the question"));
        assertEquals("an answer", sample.answer());
    }

    @Test
    void samplesThatAreNotAsExpectedAreReadAsFarAsTheyGo() throws IOException {
        Sample sample = read("{\"resps\": 3, \"arguments\": [], \"metrics\": [1, {}]}", "multiple_choice");
        assertEquals(Optional.empty(), sample.choices());
        assertEquals(0, sample.promptLength());
    }

    private Optional<Choices> choices(String target, int accuracy) throws IOException {
        return read("""
                {"target": "%s", "metrics": ["acc"], "acc": %d, "resps": [[["-2", "False"]], [["-1", "False"]]],
                 "arguments": {"gen_args_0": {"arg_0": "?", "arg_1": " cat"}, "gen_args_1": {"arg_0": "?", "arg_1": " dog"}}}
                """.formatted(target, accuracy), "multiple_choice").choices();
    }

    private Sample read(String line, String outputType) throws IOException {
        Path file = Files.writeString(folder.resolve("samples.jsonl"), line);
        return SampleFile.read(file, "task", outputType).getFirst();
    }
}
