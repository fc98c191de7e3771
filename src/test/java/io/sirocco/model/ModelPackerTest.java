package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.Shared;
import io.sirocco.kernel.Conversion;
import io.sirocco.kernel.RowSource;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.Tensor;
import io.sirocco.weights.WeightCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A packed model is the model: same answers to the last bit, same configuration, same fingerprint. */
class ModelPackerTest {

    private static final Path WORKED = Goldens.resource("mistral-window4-worked");
    private static final int[] IDS = {1, 5, 9, 33, 17, 2, 60, 8, 21};

    @TempDir
    private Path folder;

    private Path pack(Path model, WeightType... type) {
        Path out = folder.resolve("packed" + List.of(type));
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            ModelPacker.pack(checkpoint, out, Stream.of(type).findFirst());
        }
        return out;
    }

    private String refusal(Path model, WeightType... type) {
        return assertThrows(ModelException.class, () -> pack(model, type)).getMessage();
    }

    @Test
    void workedExample() {
        assertSame(WORKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mistral-window8-bf16",
                "nemo-headdim",
                "llama-tied",
                "llama3-rope",
                "gguf-quants/F16/model.gguf",
                "gguf-quants/BF16/model.gguf",
                "gguf-quants/Q8_0/model.gguf",
                "gguf-quants/Q4_0/model.gguf",
                "gguf-quants/Q4_1/model.gguf",
                "gguf-quants/Q6_K/model.gguf"
            })
    void goldens(String name) {
        assertSame(Shared.path("goldens", name));
    }

    private void assertSame(Path model) {
        Path packed = pack(model);
        try (Checkpoint original = Checkpoint.open(model);
                Checkpoint copy = Checkpoint.open(packed)) {
            assertEquals(original.format(), copy.format());
            assertEquals(original.config(), copy.config());
            assertEquals(ModelConfig.of(original), ModelConfig.of(copy));
            assertEquals(original.fingerprint(), copy.fingerprint());
            assertTrue(copy.packed().isPresent());
        }
        assertArrayEquals(logits(model), logits(packed));
    }

    private static float[][] logits(Path model) {
        try (Session session = Session.open(model, 2)) {
            return session.logits(IDS, 4);
        }
    }

    /** Blocks of ggml's quantizer: their scale is the extreme value over an integer that it has, so it is found again. */
    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void quantisingWhatWasQuantisedGivesTheSameBytes(WeightType type) {
        try (Checkpoint checkpoint =
                Checkpoint.open(Shared.path("goldens", "gguf-quants", type.name(), "model.gguf"))) {
            int rows = 0;
            for (String name : checkpoint.names()) {
                Tensor tensor = checkpoint.tensor(name);
                if (tensor.type() == type) {
                    rows += assertFoundAgain(tensor);
                }
            }
            assertTrue(rows > 1000, rows + " rows");
        }
    }

    private static int assertFoundAgain(Tensor tensor) {
        int columns = Math.toIntExact(tensor.shape().get(1));
        long bytes = tensor.type().rowBytes(columns);
        RowSource stored = r -> tensor.data().asSlice(r * bytes, bytes);
        RowSource floats = Conversion.rows(stored, tensor.type(), columns, WeightType.F32);
        RowSource again = Conversion.rows(floats, WeightType.F32, columns, tensor.type());
        int rows = Math.toIntExact(tensor.shape().getFirst());
        for (int r = 0; r < rows; r++) {
            assertEquals(-1, stored.row(r).mismatch(again.row(r)), tensor.name() + ", row " + r);
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F16"})
    void conversionIsAnotherModelThatAnswersAlmostTheSame(WeightType type) {
        Path packed = pack(WORKED, type);
        try (Checkpoint original = Checkpoint.open(WORKED);
                Checkpoint copy = Checkpoint.open(packed)) {
            assertNotEquals(original.fingerprint(), copy.fingerprint());
            assertEquals(type, copy.tensor("output.weight").type());
            assertEquals(type, copy.tensor("layers.0.attention.wqkv.weight").type());
            assertEquals(
                    WeightType.F32,
                    copy.tensor("layers.0.attention_norm.weight").type());
        }
        assertClose(logits(WORKED), logits(packed), 0.1f);
    }

    private static void assertClose(float[][] expected, float[][] found, float tolerance) {
        for (int t = 0; t < expected.length; t++) {
            assertArrayEquals(expected[t], found[t], tolerance);
        }
    }

    @Test
    void conversionToTheTypeItHasKeepsTheFingerprint() {
        Path model = Shared.path("goldens", "mistral-window8-bf16");
        Path packed = pack(model, WeightType.BF16);
        try (Checkpoint original = Checkpoint.open(model);
                Checkpoint copy = Checkpoint.open(packed)) {
            assertEquals(original.fingerprint(), copy.fingerprint());
        }
        assertArrayEquals(logits(model), logits(packed));
    }

    @Test
    void whatCannotBePackedIsRefusedAndLeavesNothing() throws IOException {
        String message = refusal(WORKED, WeightType.Q8_0);
        assertTrue(message.contains("tok_embeddings.weight"), message);
        assertTrue(message.contains("multiple of 32"), message);
        Path packed = pack(WORKED);
        assertEquals(
                packed + " is packed already; give the model that it was made of", refusal(packed, WeightType.F16));
        assertEquals(packed + " exists already; delete it, or give another name", refusal(WORKED));
        assertEquals(List.of(packed), list(folder));
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void aValueBeyondF16IsRefusedByItsPlace() throws IOException {
        Path model = Files.createDirectories(folder.resolve("large"));
        byte[] weights = Files.readAllBytes(WORKED.resolve("model.safetensors"));
        // 1e30 as the last value of layers.1.attention.wv.weight, which norm.weight follows.
        byte[] large = {(byte) 0xCA, (byte) 0xF2, 0x49, 0x71};
        System.arraycopy(large, 0, weights, weights.length - 4 - 16 * 4, 4);
        Files.write(model.resolve("model.safetensors"), weights);
        Files.copy(WORKED.resolve("config.json"), model.resolve("config.json"));
        String message = refusal(model, WeightType.F16);
        assertTrue(
                message.matches(
                        "layers.1.attention.wqkv.weight cannot be packed: row 31, column 15: the f16 value is Infinity.*"),
                message);
        assertEquals(List.of(model), list(folder));
    }

    @Test
    void oneDamagedByteIsRefusedWhenTheModelIsLoaded() throws IOException {
        Path packed = pack(WORKED);
        Path data = packed.resolve("panels.bin");
        byte[] bytes = Files.readAllBytes(data);
        bytes[0] ^= 1;
        Files.write(data, bytes);
        WeightCache cache = WeightCache.of(Map.of("SIROCCO_HOME", folder.toString()));
        try (Checkpoint checkpoint = Checkpoint.open(packed)) {
            String message = assertThrows(ModelException.class, () -> ModelPacker.packed(checkpoint, cache))
                    .getMessage();
            assertTrue(message.startsWith(data + ": the bytes of \"layers.0.attention_norm.weight\""), message);
            assertTrue(message.endsWith("pack the model again"), message);
        }
    }

    @Test
    void weightsThatAreNotThoseOfTheConfigurationAreRefused() throws IOException {
        Path packed = pack(WORKED);
        Path config = packed.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceAll("\"intermediate_size\": *24", "\"intermediate_size\": 40"));
        assertEquals(
                packed.getFileName()
                        + ": layers.0.feed_forward.w1w3.weight has the shape [64, 16]; the configuration expects"
                        + " [96, 16]",
                assertThrows(ModelException.class, () -> logits(packed)).getMessage());
        Files.writeString(config, text);
        Path header = packed.resolve("panels.json");
        String panels = Files.readString(header, StandardCharsets.UTF_8);
        Files.writeString(header, panels.replace("\"norm.weight\"", "\"norm.wait\""));
        assertEquals(
                packed.getFileName() + ": norm.weight is missing; the configuration expects a vector of 16",
                assertThrows(ModelException.class, () -> logits(packed)).getMessage());
        Files.writeString(header, panels.replace("w2.weight", "w4.weight"));
        assertEquals(
                packed.getFileName() + ": the matrix layers.0.feed_forward.w2.weight is missing",
                assertThrows(ModelException.class, () -> logits(packed)).getMessage());
        Files.writeString(header, panels);
        assertFalse(logits(packed).length == 0);
    }
}
