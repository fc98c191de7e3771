package io.sirocco.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.Shared;
import io.sirocco.SmolLm2;
import io.sirocco.job.LocalJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** lm-evaluation-harness 0.4.13's own results for SmolLM2, with and without the chat template. */
class ReferenceTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final double LOGPROB = 2e-3;
    private static final double ROLLING = 1e-5;

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsTheReference() {
        Shared.path("eval");
    }

    /** The job writes its files into the folder. */
    private void evaluate(boolean chat, String task) {
        LocalJob.evaluate("model = \"%s\", maxLength = 2048, tasks = \"%s\", output = \"%s\", applyChatTemplate = %s"
                .formatted(SmolLm2.path(), Shared.path("eval", "tasks", task + ".yaml"), folder, chat));
    }

    private Path written(String pattern) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "plain, agieval_aqua_rat, agieval_aqua_rat, results_multiple_choice_and_rolling",
        "plain, agieval_lsat_ar, agieval_lsat_ar, results_multiple_choice_and_rolling",
        "plain, agieval_sat_math, agieval_sat_math, results_multiple_choice_and_rolling",
        "plain, pages, pages, results_multiple_choice_and_rolling",
        "plain, gsm8k, gsm8k_small, results_gsm8k",
        "chat, agieval_aqua_rat, agieval_aqua_rat, results_multiple_choice_and_rolling",
        "chat, agieval_lsat_ar, agieval_lsat_ar, results_multiple_choice_and_rolling",
        "chat, agieval_sat_math, agieval_sat_math, results_multiple_choice_and_rolling",
        "chat, pages, pages, results_multiple_choice_and_rolling",
        "chat, gsm8k, gsm8k_small, results_gsm8k"
    })
    void samplesAndMetricsAreTheHarness(String mode, String file, String task, String results) throws IOException {
        Path reference = Shared.path("eval", "reference", mode);
        evaluate(mode.equals("chat"), file);
        List<String> lines = Files.readAllLines(reference.resolve("samples_" + task + ".jsonl"));
        List<String> samples = Files.readAllLines(written("samples_" + task + "_.*"));
        assertEquals(lines.size(), samples.size());
        for (int i = 0; i < lines.size(); i++) {
            compare(JSON.readTree(lines.get(i)), JSON.readTree(samples.get(i)), task + " " + i);
        }
        JsonNode whole = JSON.readTree(reference.resolve(results + ".json").toFile());
        JsonNode own = JSON.readTree(written("results_.*").toFile());
        metrics(whole.get("results").get(task), own.get("results").get(task));
        for (String key : List.of("versions", "n-shot", "higher_is_better", "n-samples", "task_hashes")) {
            assertEquals(whole.get(key).get(task), own.get(key).get(task), key);
        }
        assertEquals(whole.get("chat_template_sha"), own.get("chat_template_sha"));
        assertEquals(whole.get("fewshot_as_multiturn"), own.get("fewshot_as_multiturn"));
        config(whole.get("configs").get(task), own.get("configs").get(task));
    }

    private static void compare(JsonNode expected, JsonNode own, String where) {
        for (String key : List.of(
                "doc_id",
                "doc",
                "target",
                "arguments",
                "filter",
                "metrics",
                "doc_hash",
                "prompt_hash",
                "target_hash")) {
            assertEquals(expected.get(key), own.get(key), where + " " + key);
        }
        responses(expected.get("resps"), own.get("resps"), where);
        responses(expected.get("filtered_resps"), own.get("filtered_resps"), where);
        for (JsonNode metric : expected.get("metrics")) {
            scores(expected.get(metric.asText()), own.get(metric.asText()), where + " " + metric);
        }
    }

    /** Texts and truths are equal, numbers in texts are near. */
    private static void responses(JsonNode expected, JsonNode own, String where) {
        if (expected.isArray()) {
            assertEquals(expected.size(), own.size(), where);
            for (int i = 0; i < expected.size(); i++) {
                responses(expected.get(i), own.get(i), where);
            }
        } else if (expected.asText().matches("-[0-9.]+")) {
            near(Double.parseDouble(expected.asText()), Double.parseDouble(own.asText()), where);
        } else {
            assertEquals(expected, own, where);
        }
    }

    private static void scores(JsonNode expected, JsonNode own, String where) {
        if (expected.isArray()) {
            near(expected.get(0).asDouble(), own.get(0).asDouble(), where);
            assertEquals(expected.get(1), own.get(1), where);
        } else {
            assertEquals(expected.asDouble(), own.asDouble(), where);
        }
    }

    private static void near(double expected, double own, String where) {
        assertEquals(expected, own, Math.max(LOGPROB, ROLLING * Math.abs(expected)), where);
    }

    private static void metrics(JsonNode expected, JsonNode own) {
        assertTrue(expected.size() > 3);
        expected.properties().forEach(metric -> {
            JsonNode value = own.get(metric.getKey());
            if (value.isDouble() && metric.getKey().contains("per")) {
                assertEquals(
                        metric.getValue().asDouble(), value.asDouble(), ROLLING * value.asDouble(), metric.getKey());
            } else {
                assertEquals(metric.getValue().toString(), value.toString(), metric.getKey());
            }
        });
    }

    /** All but where the task is from. */
    private static void config(JsonNode expected, JsonNode own) {
        expected.properties().stream()
                .filter(entry -> !entry.getKey().equals("metadata"))
                .forEach(entry -> assertEquals(entry.getValue(), own.get(entry.getKey()), entry.getKey()));
    }
}
