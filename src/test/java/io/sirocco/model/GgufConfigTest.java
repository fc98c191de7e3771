package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufConfigTest {

    private static final String METADATA = """
            {"general.architecture": "llama", "general.name": "tiny", "tokenizer.ggml.model": "gpt2",
             "llama.block_count": 2, "llama.context_length": 128, "llama.embedding_length": 32,
             "llama.feed_forward_length": 48, "llama.attention.head_count": 4, "llama.attention.head_count_kv": 2,
             "llama.rope.freq_base": 10000.0, "llama.attention.layer_norm_rms_epsilon": 1e-5,
             "llama.rope.dimension_count": 8}
            """;

    private static final Tensor EMBEDDING =
            new Tensor("tok_embeddings.weight", WeightType.F32, List.of(64L, 32L), MemorySegment.NULL);

    /** A GGUF file as the configuration's reader sees it. */
    private record Metadata(JsonNode config, Map<String, Tensor> tensors) implements Checkpoint {
        @Override
        public Format format() {
            return Format.GGUF;
        }

        @Override
        public RotaryOrder rotaryOrder() {
            return RotaryOrder.ADJACENT_PAIRS;
        }

        @Override
        public Path path() {
            return Path.of("tiny.gguf");
        }

        @Override
        public Optional<Path> file(String name) {
            return Optional.empty();
        }

        @Override
        public Set<String> names() {
            return tensors.keySet();
        }

        @Override
        public Tensor tensor(String name) {
            return tensors.get(name);
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public String fingerprint() {
            return "";
        }

        @Override
        public void close() {}
    }

    private static ModelConfig read(JsonNode metadata, Tensor... more) {
        Map<String, Tensor> tensors = new HashMap<>(Map.of(EMBEDDING.name(), EMBEDDING));
        for (Tensor tensor : more) {
            tensors.put(tensor.name(), tensor);
        }
        return ModelConfig.of(new Metadata(metadata, tensors));
    }

    private static ObjectNode metadata() throws IOException {
        return (ObjectNode) new JsonMapper().readTree(METADATA);
    }

    @Test
    void readWhole() throws IOException {
        assertEquals(
                new ModelConfig(
                        "llama",
                        32,
                        2,
                        4,
                        2,
                        8,
                        48,
                        64,
                        1e-5f,
                        new Rope.Plain(10000),
                        RollingCache.NO_WINDOW,
                        128,
                        true),
                read(metadata()));
    }

    @Test
    void ropeFactorsOfTheFileDivideTheFrequencies() throws IOException {
        float[] factors = {1, 2, 4, 8};
        Tensor tensor = new Tensor("rope_freqs.weight", WeightType.F32, List.of(4L), MemorySegment.ofArray(factors));
        Rope rope = read(metadata(), tensor).rope();
        assertEquals(new Rope.Divided(10000, List.of(1f, 2f, 4f, 8f)), rope);
        double[] plain = new Rope.Plain(10000).frequencies(8);
        assertEquals(plain[3] / 8, rope.frequencies(8)[3]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "general.architecture | \"gemma2\" | gemma2",
                "llama.attention.sliding_window | 4096 | no window",
                "llama.attention.head_count_kv | 3 | divisor",
                "llama.attention.head_count_kv | null | null",
                "llama.rope.freq_base | null | freq_base",
                "llama.rope.scaling.type | \"yarn\" | yarn",
                "llama.rope.scaling.type | \"linear\" | factor",
                "llama.rope.dimension_count | 4 | dimension_count",
                "llama.attention.value_length | 16 | value_length",
                "llama.vocab_size | 65 | rows of the embedding",
                "llama.expert_count | 8 | expert_count",
                "llama.attention.scale | 0.5 | attention.scale"
            })
    void whatChangesTheArithmeticIsRefusedByName(String key, String json, String named) throws IOException {
        ObjectNode metadata = metadata();
        metadata.set(key, new JsonMapper().readTree(json));
        ModelException e = assertThrows(ModelException.class, () -> read(metadata));
        assertTrue(e.getMessage().startsWith("tiny.gguf: "), e.getMessage());
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }
}
