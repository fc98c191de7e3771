package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.Goldens;
import io.sirocco.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufCheckpointTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q6_K"})
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
    @ValueSource(strings = {"Q5_0", "Q5_1", "IQ4_NL", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "IQ4_XS"})
    void otherTypesAreRefusedByName(String type) {
        Path file = Shared.path("goldens", "gguf-quants", type, "model.gguf");
        String message =
                assertThrows(ModelException.class, () -> Checkpoint.open(file)).getMessage();
        assertTrue(
                message.matches(
                        ".*model.gguf: \"blk\\.0\\..*weight\" is I?Q[0-9]_[0-9KNLXS]+; supported: \\[F32, F16, .*"),
                message);
    }

    @Test
    void tensorsStandUnderCanonicalNames() throws IOException {
        GgufBytes file = GgufBytes.llama();
        List<String> names = List.of(
                "token_embd",
                "output_norm",
                "output",
                "rope_freqs",
                "blk.0.attn_norm",
                "blk.0.attn_q",
                "blk.0.attn_k",
                "blk.0.attn_v",
                "blk.0.attn_output",
                "blk.0.ffn_norm",
                "blk.0.ffn_gate",
                "blk.0.ffn_down",
                "blk.0.ffn_up");
        // The number of rows tells the tensors apart.
        for (int i = 0; i < names.size(); i++) {
            file.tensor(names.get(i) + ".weight", GgmlType.F16, 1, 32, i + 1);
        }
        List<String> canonical = List.of(
                "tok_embeddings",
                "norm",
                "output",
                "rope_freqs",
                "layers.0.attention_norm",
                "layers.0.attention.wq",
                "layers.0.attention.wk",
                "layers.0.attention.wv",
                "layers.0.attention.wo",
                "layers.0.ffn_norm",
                "layers.0.feed_forward.w1",
                "layers.0.feed_forward.w2",
                "layers.0.feed_forward.w3");
        try (Checkpoint model = Checkpoint.open(write(file))) {
            assertEquals(canonical.size(), model.names().size());
            for (int i = 0; i < canonical.size(); i++) {
                assertEquals(
                        List.of(i + 1L, 32L),
                        model.tensor(canonical.get(i) + ".weight").shape(),
                        canonical.get(i));
            }
        }
    }

    @Test
    void otherArchitecturesAndPartsAreRefusedByName() throws IOException {
        refused(
                ": general.architecture is \"qwen3\"; supported: \"llama\"",
                new GgufBytes().string("general.architecture", "qwen3"));
        refused(": general.architecture is missing; supported: \"llama\"", new GgufBytes());
        refused(
                " is one of 3 parts (split.count); merge them first, with llama-gguf-split --merge",
                GgufBytes.llama().pair("split.count", 2, new byte[] {3, 0}));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blk.0.attn_q.bias",
                "blk.0.attn_q_norm.weight",
                "blk.0.ffn_gate_exps.weight",
                "blk.01.attn_q.weight"
            })
    void foreignTensorsAreRefusedByName(String name) throws IOException {
        refused(
                ": tensor \"" + name
                        + "\" is not one of a Mistral or Llama model (general.architecture is \"llama\", 1 such"
                        + " tensors); it changes the answers, so this model is not supported",
                GgufBytes.llama().tensor(name, GgmlType.F32, 0, 32));
    }

    private Path write(GgufBytes file) throws IOException {
        return Files.write(directory.resolve("model.gguf"), file.bytes());
    }

    private void refused(String message, GgufBytes file) throws IOException {
        Path path = write(file);
        assertEquals(
                path + message,
                assertThrows(ModelException.class, () -> Checkpoint.open(path)).getMessage());
    }
}
