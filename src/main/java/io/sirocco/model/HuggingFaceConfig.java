package io.sirocco.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sirocco.cache.RollingCache;
import io.sirocco.weights.Checkpoint;

/** Reads {@code config.json} as transformers 4 and 5 write it, for the model types mistral and llama. */
final class HuggingFaceConfig {

    private HuggingFaceConfig() {}

    static ModelConfig read(Checkpoint checkpoint) {
        ConfigFields config = new ConfigFields("config.json", checkpoint.config());
        String type = config.text("model_type", "mistral or llama");
        boolean mistral = type.equals("mistral");
        if (!mistral && !type.equals("llama")) {
            throw config.refuse("model_type", '"' + type + '"', "\"mistral\" or \"llama\"");
        }
        int dim = config.positiveInt("hidden_size");
        int heads = config.positiveInt("num_attention_heads");
        ModelConfig read = new ModelConfig(
                type,
                dim,
                config.positiveInt("num_hidden_layers"),
                heads,
                kvHeads(config, heads),
                headDim(config, dim, heads),
                config.positiveInt("intermediate_size"),
                config.positiveInt("vocab_size"),
                (float) config.positive("rms_norm_eps"),
                HuggingFaceRope.read(config),
                mistral ? window(config) : RollingCache.NO_WINDOW,
                config.positiveInt("max_position_embeddings"),
                tied(config));
        config.only("hidden_act", TextNode.valueOf("silu"));
        config.only("attention_bias", BooleanNode.FALSE);
        config.only("mlp_bias", BooleanNode.FALSE);
        config.only("rope_interleaved", BooleanNode.FALSE);
        config.only("pretraining_tp", IntNode.valueOf(1));
        harmless(config);
        config.refuseUnknown();
        return read;
    }

    private static int kvHeads(ConfigFields config, int heads) {
        int kvHeads = config.positiveInt("num_key_value_heads");
        if (heads % kvHeads != 0) {
            throw config.refuse("num_key_value_heads", kvHeads, "a divisor of num_attention_heads, " + heads);
        }
        return kvHeads;
    }

    /** Older files leave head_dim out where it is hidden_size / num_attention_heads; the shape of wq confirms it at load. */
    private static int headDim(ConfigFields config, int dim, int heads) {
        int headDim = config.findPositiveInt("head_dim").orElseGet(() -> {
            if (dim % heads != 0) {
                throw config.refuse(
                        "head_dim", "absent", "an integer, since num_attention_heads does not divide hidden_size");
            }
            return dim / heads;
        });
        if (headDim % 2 != 0) {
            throw config.refuse("head_dim", headDim, "an even number");
        }
        return headDim;
    }

    private static int window(ConfigFields config) {
        if (!config.has("sliding_window")) {
            throw config.refuse("sliding_window", "absent", "a positive integer, or null for none");
        }
        return config.find("sliding_window")
                .map(value -> {
                    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
                        throw config.refuse("sliding_window", value, "a positive integer or null");
                    }
                    return value.intValue();
                })
                .orElse(RollingCache.NO_WINDOW);
    }

    private static boolean tied(ConfigFields config) {
        // transformers leaves the field out of some files; its own default for both model types is false.
        return config.find("tie_word_embeddings").map(JsonNode::asBoolean).orElse(false);
    }

    private static void harmless(ConfigFields config) {
        config.ignore(
                "architectures",
                "attention_dropout",
                "bos_token_id",
                "eos_token_id",
                "pad_token_id",
                "dtype",
                "torch_dtype",
                "initializer_range",
                "id2label",
                "is_llama_config",
                "label2id",
                "return_dict",
                "transformers_version",
                "transformers.js_config",
                "use_cache",
                "unsloth_fixed",
                "unsloth_version",
                "name_or_path",
                "model_max_length");
    }
}
