package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.Goldens;
import io.sirocco.Shared;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufCheckpointTest {

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "Q8_0", "Q4_0", "Q4_1"})
    void lastRowsAreThoseOfTheReferenceBitForBit(String type) {
        Path directory = Shared.path("goldens", "gguf-quants", type);
        Goldens reference = Goldens.of(directory);
        try (Checkpoint model = Checkpoint.open(directory.resolve("model.gguf"))) {
            assertEquals(Checkpoint.Format.GGUF, model.format());
            assertEquals(Checkpoint.RotaryOrder.ADJACENT_PAIRS, model.rotaryOrder());
            for (JsonNode names : Goldens.json(directory).get("tensor_types")) {
                for (JsonNode name : names) {
                    String dequantized = "dequantized." + name.textValue();
                    if (reference.has(dequantized)) {
                        Tensor tensor = model.tensor(
                                TensorNames.GGUF.canonical(name.textValue()).orElseThrow());
                        assertArrayEquals(reference.floats(dequantized), Dequantized.lastRow(tensor), dequantized);
                    }
                }
            }
        }
    }

    @Test
    void metadataIsTheConfiguration() {
        try (Checkpoint model = Checkpoint.open(Shared.path("goldens", "gguf-quants", "F16", "model.gguf"))) {
            JsonNode config = model.config();
            assertEquals("llama", config.get("general.architecture").textValue());
            assertEquals(1, config.get("llama.block_count").intValue());
            assertEquals(
                    1e-5f, config.get("llama.attention.layer_norm_rms_epsilon").floatValue());
            assertTrue(config.get("tokenizer.ggml.add_bos_token").booleanValue());
            assertEquals(288, config.get("tokenizer.ggml.tokens").size());
            assertEquals("<unk>", config.get("tokenizer.ggml.tokens").get(0).textValue());
            assertEquals(
                    List.of(512L, 256L),
                    model.tensor("layers.0.feed_forward.w1.weight").shape());
            assertTrue(model.file("tokenizer.json").isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Q5_0", "Q5_1", "IQ4_NL", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_XS"})
    void otherTypesAreRefusedByName(String type) {
        Path file = Shared.path("goldens", "gguf-quants", type, "model.gguf");
        String message =
                assertThrows(ModelException.class, () -> Checkpoint.open(file)).getMessage();
        assertTrue(
                message.matches(
                        ".*model.gguf: \"blk\\.0\\..*weight\" is I?Q[0-9]_[0-9KNLXS]+; supported: \\[F32, F16, .*"),
                message);
    }
}
