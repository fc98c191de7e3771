package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.Goldens;
import io.sirocco.cache.RollingCache;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceConfigTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    private static ObjectNode workedExample() throws IOException {
        return (ObjectNode) JSON.readTree(Goldens.resource("mistral-window4-worked")
                .resolve("config.json")
                .toFile());
    }

    private ModelConfig read(ObjectNode config) throws IOException {
        JSON.writeValue(directory.resolve("config.json").toFile(), config);
        Path weights = directory.resolve("model.safetensors");
        if (!Files.exists(weights)) {
            Files.copy(Goldens.resource("mistral-window4-worked").resolve("model.safetensors"), weights);
        }
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            return ModelConfig.of(checkpoint);
        }
    }

    private static ObjectNode with(String field, String json) throws IOException {
        ObjectNode config = workedExample();
        if (json == null) {
            config.remove(field);
        } else {
            config.set(field, JSON.readTree(json));
        }
        return config;
    }

    /** What the configuration may not say, and what the message must name. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "absent",
            value = {
                "sliding_window | 0 | positive integer or null",
                "sliding_window | -4 | positive integer or null",
                "sliding_window | \"4\" | positive integer or null",
                "sliding_window | absent | expected a positive integer, or null for none",
                "model_type | \"qwen2\" | qwen2",
                "attention_bias | true | attention_bias",
                "mlp_bias | true | mlp_bias",
                "hidden_act | \"gelu\" | gelu",
                "num_key_value_heads | 3 | divisor",
                "num_key_value_heads | absent | num_key_value_heads",
                "head_dim | 7 | even",
                "hidden_size | 0 | hidden_size",
                "hidden_size | 16.5 | hidden_size",
                "vocab_size | 99999999999 | vocab_size",
                "rms_norm_eps | 0 | rms_norm_eps",
                "rope_parameters | absent | rope_theta",
                "rope_parameters | {\"rope_type\": \"default\"} | rope_theta",
                "rope_parameters | {\"rope_type\": \"dynamic\", \"rope_theta\": 1e4, \"factor\": 2} | dynamic",
                "rope_parameters | {\"rope_type\": \"yarn\", \"rope_theta\": 1e4, \"factor\": 2} | yarn",
                "rope_parameters | {\"rope_type\": \"linear\", \"rope_theta\": 1e4} | factor",
                "rope_parameters | {\"rope_type\": \"default\", \"rope_theta\": 1e4, \"partial_rotary_factor\": 0.5} | partial_rotary_factor",
                "rope_parameters | {\"rope_type\": \"default\", \"rope_theta\": 1e4, \"twist\": 2} | twist",
                "rope_theta | 5000 | rope_theta",
                "partial_rotary_factor | 0.25 | partial_rotary_factor",
                "quantization_config | {\"bits\": 4} | quantization_config",
                "attn_logit_softcapping | 30.0 | attn_logit_softcapping",
                "layer_types | [\"sliding_attention\"] | layer_types"
            })
    void whatChangesTheArithmeticIsRefusedByName(String field, String json, String named) throws IOException {
        ObjectNode config = with(field, json);
        ModelException e = assertThrows(ModelException.class, () -> read(config));
        assertTrue(e.getMessage().startsWith("config.json"), e.getMessage());
        assertTrue(e.getMessage().contains(named), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attn_logit_softcapping | null",
                "use_qk_norm | false",
                "_name_or_path | \"x\"",
                "transformers.js_config | {\"dtype\": \"q4\"}",
                "head_dim | null"
            })
    void whatIsSwitchedOffOrHarmlessIsFine(String field, String json) throws IOException {
        assertEquals(read(workedExample()), read(with(field, json)));
    }

    @Test
    void noWindowIsNullOrALlama() throws IOException {
        assertEquals(
                RollingCache.NO_WINDOW, read(with("sliding_window", "null")).window());
        ObjectNode llama = with("model_type", "\"llama\"");
        ModelException e = assertThrows(ModelException.class, () -> read(llama));
        assertTrue(e.getMessage().contains("sliding_window"), e.getMessage());
        llama.remove("sliding_window");
        assertEquals(RollingCache.NO_WINDOW, read(llama).window());
    }

    @Test
    void bothSpellingsOfTheRotaryScalingAreOne() throws IOException {
        ObjectNode old = workedExample();
        old.remove("rope_parameters");
        old.put("rope_theta", 5e5);
        String scaling = "{\"%s\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4,"
                + " \"original_max_position_embeddings\": 64%s}";
        old.set("rope_scaling", JSON.readTree(scaling.formatted("type", "")));
        ObjectNode young = with("rope_parameters", scaling.formatted("rope_type", ", \"rope_theta\": 5e5"));
        assertEquals(new Rope.Llama3(5e5, 8, 1, 4, 64), read(old).rope());
        assertEquals(read(old).rope(), read(young).rope());
    }
}
