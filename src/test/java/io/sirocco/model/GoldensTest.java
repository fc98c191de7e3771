package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.Shared;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits and greedy ids of the reference implementation, by the rules of the goldens' README. */
class GoldensTest {

    /** Of the cases whose reference.json gives no tolerance; their README says 2e-5, and 3e-5 for llama3-rope. */
    private static final double DEFAULT_TOLERANCE = 2e-5;

    @Test
    void workedExampleWithAWindowOfFour() {
        check(Goldens.resource("mistral-window4-worked"), "model.safetensors", DEFAULT_TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "mistral-window8, 2e-5",
        "mistral-window8-bf16, 2e-5",
        "mistral-no-window, 2e-5",
        "nemo-headdim, 2e-5",
        "llama-tied, 2e-5",
        "llama3-rope, 3e-5",
        "scaled-rope-linear, 2e-5"
    })
    void safetensors(String name, double tolerance) {
        Path directory = Shared.path("goldens", name);
        check(directory, "", tolerance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q6_K"})
    void gguf(String type) {
        check(Shared.path("goldens", "gguf-quants", type), "model.gguf", DEFAULT_TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "mixtral-4x, mixtral",
        "mixtral-sharded, mixtral",
        "ministral-interleaved, ministral",
        "ministral3-yarn, ministral3",
        "scaled-rope-yarn, yarn",
        "pixtral-tiny, llava",
        "mistral-consolidated, params.json",
        "mixtral-consolidated, params.json",
        "gguf-quants/Q4_K_M/model.gguf, Q4_K",
        "gguf-quants/Q5_0/model.gguf, Q5_0",
        "gguf-quants/IQ4_NL/model.gguf, IQ4_NL"
    })
    void whatIsNotImplementedIsRefusedByName(String path, String named) {
        Path model = Shared.path("goldens", path);
        ModelException e = assertThrows(ModelException.class, () -> Session.open(model, 1));
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }

    private static void check(Path directory, String file, double defaultTolerance) {
        Goldens reference = Goldens.of(directory);
        double tolerance = Goldens.json(directory).path("tolerance").asDouble(defaultTolerance);
        Path model = Files.isRegularFile(directory.resolve("model.gguf")) ? directory.resolve(file) : directory;
        try (Session session = Session.open(model, 2)) {
            int vocab = session.model.config().vocabSize();
            for (int i = 0; reference.has("prompt." + i); i++) {
                int[] prompt = reference.ints("prompt." + i);
                int[] greedy = reference.ints("greedy." + i);
                int[] all = concatenated(prompt, Arrays.copyOf(greedy, greedy.length - 1));
                float[][] logits = session.logits(all, 512);
                float[] expected = reference.floats("logits." + i);
                for (int p = 0; p < prompt.length; p++) {
                    for (int v = 0; v < vocab; v++) {
                        assertEquals(
                                expected[p * vocab + v], logits[p][v], tolerance, "prompt " + i + ", position " + p);
                    }
                }
                int[] picked = new int[greedy.length];
                for (int g = 0; g < greedy.length; g++) {
                    picked[g] = best(logits[prompt.length - 1 + g]);
                }
                assertArrayEquals(greedy, picked, "greedy ids of prompt " + i);
            }
        }
    }

    private static int[] concatenated(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int v = 1; v < logits.length; v++) {
            best = logits[v] > logits[best] ? v : best;
        }
        return best;
    }

    @Test
    void configurationIsReadWhole() {
        try (Checkpoint checkpoint = Checkpoint.open(Goldens.resource("mistral-window4-worked"))) {
            assertEquals(
                    new ModelConfig("mistral", 16, 2, 2, 1, 8, 24, 64, 1e-5f, new Rope.Plain(10000), 4, 4096, false),
                    ModelConfig.of(checkpoint));
        }
    }
}
