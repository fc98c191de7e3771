package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.Shared;
import io.sirocco.kernel.WeightType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceCheckpointTest {
    private static final Path WORKED = Goldens.resource("mistral-window4-worked");

    @TempDir
    private Path directory;

    @Test
    void tensorsStandUnderCanonicalNamesWithTheirValues() {
        Goldens file = Goldens.read(WORKED.resolve("model.safetensors"));
        try (Checkpoint model = Checkpoint.open(WORKED)) {
            assertEquals(Checkpoint.Format.HUGGING_FACE, model.format());
            assertEquals(Checkpoint.RotaryOrder.HALVES, model.rotaryOrder());
            assertEquals("mistral", model.config().get("model_type").textValue());
            assertEquals(25960, model.bytes());
            assertEquals(3 + 2 * 9, model.names().size());
            assertSame(file, "model.embed_tokens.weight", model, "tok_embeddings.weight");
            assertSame(file, "model.norm.weight", model, "norm.weight");
            assertSame(file, "lm_head.weight", model, "output.weight");
            assertSame(file, "model.layers.1.input_layernorm.weight", model, "layers.1.attention_norm.weight");
            assertSame(file, "model.layers.1.self_attn.q_proj.weight", model, "layers.1.attention.wq.weight");
            assertSame(file, "model.layers.1.self_attn.k_proj.weight", model, "layers.1.attention.wk.weight");
            assertSame(file, "model.layers.1.self_attn.v_proj.weight", model, "layers.1.attention.wv.weight");
            assertSame(file, "model.layers.1.self_attn.o_proj.weight", model, "layers.1.attention.wo.weight");
            assertSame(file, "model.layers.1.post_attention_layernorm.weight", model, "layers.1.ffn_norm.weight");
            assertSame(file, "model.layers.1.mlp.gate_proj.weight", model, "layers.1.feed_forward.w1.weight");
            assertSame(file, "model.layers.1.mlp.down_proj.weight", model, "layers.1.feed_forward.w2.weight");
            assertSame(file, "model.layers.1.mlp.up_proj.weight", model, "layers.1.feed_forward.w3.weight");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mistral-window8",
                "mistral-window8-bf16",
                "mistral-no-window",
                "nemo-headdim",
                "llama-tied",
                "llama3-rope",
                "scaled-rope-linear",
                "scaled-rope-yarn",
                "ministral-interleaved",
                "ministral3-yarn"
            })
    void everyGoldenOfTheseNamesOpens(String name) {
        try (Checkpoint model = Checkpoint.open(Shared.path("goldens", name))) {
            int layers = model.config().get("num_hidden_layers").intValue();
            boolean tied = model.config().get("tie_word_embeddings").booleanValue();
            assertEquals((tied ? 2 : 3) + 9 * layers, model.names().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixtral-4x", "mixtral-sharded", "pixtral-tiny"})
    void otherArchitecturesAreRefusedByTheFirstForeignTensor(String name) {
        String message = refusal(Shared.path("goldens", name));
        assertTrue(
                message.matches(
                        ".*: tensor \"(model.layers.0.block_sparse_moe|language_model.lm_head).*weight\" is not one of a Mistral"
                                + " or Llama model \\(config.json: model_type is \"(mixtral|llava)\", [0-9]+ such tensors\\);"
                                + " it changes the answers, so this model is not supported"),
                message);
    }

    @Test
    void biasesAreRefusedAndStoredRotaryFrequenciesIgnored() throws IOException {
        writeModel(
                tensor("model.layers.0.self_attn.rotary_emb.inv_freq", "I64", 8),
                tensor("model.norm.weight", "F32", 4));
        try (Checkpoint model = Checkpoint.open(directory)) {
            assertEquals(List.of("norm.weight"), List.copyOf(model.names()));
        }
        for (String name : List.of(
                "model.layers.0.self_attn.q_proj.bias",
                "model.layers.0.self_attn.q_norm.weight",
                "model.layers.00.mlp.up_proj.weight",
                "model.rotary_emb.inv_freq",
                "visual.weight")) {
            writeModel(tensor(name, "F32", 4), tensor("model.norm.weight", "F32", 4));
            assertEquals(
                    directory + ": tensor \"" + name
                            + "\" is not one of a Mistral or Llama model (config.json: model_type is"
                            + " \"llama\", 1 such tensors); it changes the answers, so this model is not supported",
                    refusal(directory));
        }
    }

    @Test
    void otherTypesAreRefusedByNameWhereTheyAreNeeded() throws IOException {
        writeModel(tensor("model.layers.0.mlp.up_proj.weight", "F8_E4M3", 4));
        assertEquals(
                directory.resolve("model.safetensors")
                        + ": \"model.layers.0.mlp.up_proj.weight\" is F8_E4M3; supported: [F32, F16, BF16]",
                refusal(directory));
    }

    @Test
    void missingTensorIsNamed() {
        try (Checkpoint model = Checkpoint.open(WORKED)) {
            assertEquals(
                    WORKED + ": tensor layers.2.ffn_norm.weight is missing",
                    assertThrows(ModelException.class, () -> model.tensor("layers.2.ffn_norm.weight"))
                            .getMessage());
        }
    }

    @Test
    void filesAreFoundByPlainNameOnly() {
        try (Checkpoint model = Checkpoint.open(WORKED)) {
            assertEquals(Optional.of(WORKED.resolve("config.json")), model.file("config.json"));
            assertEquals(Optional.empty(), model.file("tokenizer.json"));
            for (String name : List.of("", ".", "..", "../llama-tied/config.json", "/etc/hostname", "a\0b", "ä")) {
                assertThrows(ModelException.class, () -> model.file(name), name);
            }
        }
    }

    @Test
    void closedCheckpointUnmapsItsTensors() {
        Checkpoint model = Checkpoint.open(WORKED);
        MemorySegment data = model.tensor("norm.weight").data();
        model.close();
        model.close();
        assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void configurationIsReadStrictly() throws IOException {
        writeModel(tensor("model.norm.weight", "F32", 4));
        Path config = directory.resolve("config.json");
        Files.writeString(config, "{\"rope_theta\": 1, \"rope_theta\": 2}");
        assertEquals(
                config + ": not valid JSON (line 1, column 31): \"Duplicate field 'rope_theta'\"", refusal(directory));
        Files.writeString(config, "[]");
        assertEquals(config + ": expected a JSON object", refusal(directory));
        Files.writeString(config, "");
        assertEquals(config + ": expected a JSON object", refusal(directory));
        Files.writeString(config, "{} {}");
        assertEquals(config + ": text after the end of the JSON object", refusal(directory));
        Files.write(config, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        assertEquals(config + ": not valid UTF-8", refusal(directory));
        Files.write(config, new byte[StrictJson.MAX_FILE_BYTES + 1]);
        assertEquals(config + " is larger than 16777216 bytes; no such file of a model is", refusal(directory));
    }

    @Test
    void shardsAreTheSameModelAsOneFile() throws IOException {
        List<StoredTensor> tensors = workedTensors();
        writeShard("model-00001-of-00002.safetensors", tensors.subList(0, 5));
        writeShard("model-00002-of-00002.safetensors", tensors.subList(5, tensors.size()));
        Files.copy(WORKED.resolve("config.json"), directory.resolve("config.json"));
        writeIndex(tensors, 5);
        try (Checkpoint sharded = Checkpoint.open(directory);
                Checkpoint whole = Checkpoint.open(WORKED)) {
            assertEquals(whole.names(), sharded.names());
            for (String name : whole.names()) {
                Tensor expected = whole.tensor(name);
                Tensor found = sharded.tensor(name);
                assertEquals(expected.shape(), found.shape());
                assertEquals(-1, expected.data().mismatch(found.data()), name);
            }
            assertEquals(whole.fingerprint(), sharded.fingerprint());
        }
    }

    @Test
    void shardsMustHoldWhatTheIndexSays() throws IOException {
        List<StoredTensor> tensors = workedTensors();
        writeShard("model-00001-of-00002.safetensors", tensors.subList(0, 5));
        writeShard("model-00002-of-00002.safetensors", tensors.subList(5, tensors.size()));
        Files.copy(WORKED.resolve("config.json"), directory.resolve("config.json"));
        Path index = directory.resolve("model.safetensors.index.json");

        writeIndex(tensors, 4);
        assertEquals(
                directory.resolve("model-00001-of-00002.safetensors") + " holds tensor \""
                        + tensors.get(4).name()
                        + "\", which model.safetensors.index.json does not say; the files do not belong together",
                refusal(directory));

        writeIndex(tensors, 5);
        Files.writeString(
                index,
                Files.readString(index)
                        .replace(
                                "{\"weight_map\":{",
                                "{\"weight_map\":{\"lost\":\"model-00002-of-00002.safetensors\","));
        assertEquals(
                directory.resolve("model-00002-of-00002.safetensors")
                        + " lacks tensor \"lost\", which model.safetensors.index.json says is in it; the files do not belong"
                        + " together",
                refusal(directory));

        writeIndex(tensors, 5);
        Files.delete(directory.resolve("model-00002-of-00002.safetensors"));
        assertEquals(
                directory.resolve("model-00002-of-00002.safetensors")
                        + " is missing; model.safetensors.index.json names it. Download it again",
                refusal(directory));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.safetensors",
                "/x.safetensors",
                "a/x.safetensors",
                "..",
                "",
                "x.bin",
                "C:x.safetensors",
                "ä.safetensors"
            })
    void shardsLieInTheSameDirectory(String shard) throws IOException {
        Files.writeString(directory.resolve("config.json"), "{}");
        Path index = directory.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":{\"model.norm.weight\":\"" + shard + "\"}}");
        String message = refusal(directory);
        assertTrue(
                message.startsWith(index + ": \"weight_map\" puts tensor \"model.norm.weight\" into ")
                        && message.endsWith("; expected the plain name of a .safetensors file in the same directory"),
                message);
    }

    @Test
    void indexNeedsAWeightMap() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{}");
        Path index = directory.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":[]}");
        assertEquals(
                index + ": \"weight_map\" is missing or empty; expected tensor names and their files",
                refusal(directory));
    }

    private static void assertSame(Goldens file, String stored, Checkpoint model, String canonical) {
        Tensor tensor = model.tensor(canonical);
        assertEquals(canonical, tensor.name());
        assertEquals(WeightType.F32, tensor.type());
        assertEquals(Arrays.stream(file.shape(stored)).asLongStream().boxed().toList(), tensor.shape());
        float[] values = file.floats(stored);
        int columns = Math.toIntExact(tensor.shape().getLast());
        assertArrayEquals(
                Arrays.copyOfRange(values, values.length - columns, values.length), Dequantized.lastRow(tensor));
        assertEquals(values.length * 4L, tensor.data().byteSize());
    }

    private static String refusal(Path model) {
        return assertThrows(ModelException.class, () -> Checkpoint.open(model)).getMessage();
    }

    private static StoredTensor tensor(String name, String type, int bytes) {
        int elementBytes = type.equals("F32") ? 4 : type.equals("I64") ? 8 : 1;
        return new StoredTensor(
                SafetensorsBytes.PATH,
                name,
                type,
                List.of((long) bytes / elementBytes),
                MemorySegment.ofArray(new byte[bytes]));
    }

    private void writeModel(StoredTensor... tensors) throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"llama\"}");
        writeShard("model.safetensors", List.of(tensors));
    }

    private void writeShard(String name, List<StoredTensor> tensors) throws IOException {
        Files.write(directory.resolve(name), SafetensorsBytes.of(tensors));
    }

    private static List<StoredTensor> workedTensors() {
        return new ArrayList<>(SafetensorsBytes.read(WORKED.resolve("model.safetensors"))
                .tensors()
                .values());
    }

    /** An index that says the first {@code first} tensors are in the first of two shards. */
    private void writeIndex(List<StoredTensor> tensors, int first) throws IOException {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            fields.add(
                    "\"" + tensors.get(i).name() + "\":\"model-0000" + (i < first ? 1 : 2) + "-of-00002.safetensors\"");
        }
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{" + String.join(",", fields) + "},\"metadata\":{\"total_size\":1}}");
    }
}
