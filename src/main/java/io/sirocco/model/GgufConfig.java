package io.sirocco.model;

import io.sirocco.cache.RollingCache;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the metadata of a GGUF file of architecture llama. */
final class GgufConfig {

    private static final String EMBEDDING = "tok_embeddings.weight";

    private GgufConfig() {}

    static ModelConfig read(Checkpoint checkpoint) {
        ConfigFields metadata = new ConfigFields(checkpoint.path().getFileName().toString(), checkpoint.config());
        String architecture = metadata.text("general.architecture", "\"llama\"");
        if (!architecture.equals("llama")) {
            throw metadata.refuse("general.architecture", '"' + architecture + '"', "\"llama\"");
        }
        int dim = metadata.positiveInt("llama.embedding_length");
        int heads = metadata.positiveInt("llama.attention.head_count");
        int kvHeads = metadata.positiveInt("llama.attention.head_count_kv");
        if (heads % kvHeads != 0) {
            throw metadata.refuse(
                    "llama.attention.head_count_kv", kvHeads, "a divisor of llama.attention.head_count, " + heads);
        }
        List<Long> embedding = checkpoint.tensor(EMBEDDING).shape();
        ModelConfig config = new ModelConfig(
                architecture,
                dim,
                metadata.positiveInt("llama.block_count"),
                heads,
                kvHeads,
                headDim(metadata, dim, heads),
                metadata.positiveInt("llama.feed_forward_length"),
                Math.toIntExact(embedding.getFirst()),
                (float) metadata.positive("llama.attention.layer_norm_rms_epsilon"),
                rope(checkpoint, metadata),
                RollingCache.NO_WINDOW,
                metadata.positiveInt("llama.context_length"),
                !checkpoint.names().contains("output.weight"));
        metadata.findPositiveInt("llama.vocab_size").ifPresent(size -> {
            if (size != config.vocabSize()) {
                throw metadata.refuse("llama.vocab_size", size, config.vocabSize() + ", the rows of the embedding");
            }
        });
        refuseUnknown(metadata, checkpoint);
        return config;
    }

    private static int headDim(ConfigFields metadata, int dim, int heads) {
        int headDim = metadata.findPositiveInt("llama.attention.key_length").orElseGet(() -> {
            if (dim % heads != 0) {
                throw metadata.refuse(
                        "llama.attention.key_length", "absent", "an integer, since the heads do not divide the width");
            }
            return dim / heads;
        });
        for (String same : new String[] {"llama.attention.value_length", "llama.rope.dimension_count"}) {
            metadata.findPositiveInt(same).ifPresent(value -> {
                if (value != headDim) {
                    throw metadata.refuse(same, value, headDim + ", the dimensions of a key");
                }
            });
        }
        if (headDim % 2 != 0) {
            throw metadata.refuse("llama.attention.key_length", headDim, "an even number");
        }
        return headDim;
    }

    private static Rope rope(Checkpoint checkpoint, ConfigFields metadata) {
        double theta = metadata.positive("llama.rope.freq_base");
        boolean divided = checkpoint.names().contains("rope_freqs.weight");
        String scaling = metadata.find("llama.rope.scaling.type")
                .map(value -> value.asText())
                .orElse("none");
        return switch (scaling) {
            case "none" -> divided ? new Rope.Divided(theta, divisors(checkpoint)) : new Rope.Plain(theta);
            case "linear" -> {
                if (divided) {
                    throw metadata.refuse("llama.rope.scaling.type", scaling, "none, since there is rope_freqs.weight");
                }
                yield new Rope.Linear(theta, metadata.positive("llama.rope.scaling.factor"));
            }
            default -> throw metadata.refuse("llama.rope.scaling.type", '"' + scaling + '"', "\"none\" or \"linear\"");
        };
    }

    private static List<Float> divisors(Checkpoint checkpoint) {
        float[] stored = Vectors.read(checkpoint.tensor("rope_freqs.weight"));
        return IntStream.range(0, stored.length).mapToObj(i -> stored[i]).toList();
    }

    /** Only the architecture's own keys can change the arithmetic; general.* and tokenizer.* cannot. */
    private static void refuseUnknown(ConfigFields metadata, Checkpoint checkpoint) {
        // llama.cpp ignores a window for this architecture, so a file that names one leaves open what its author meant.
        metadata.find("llama.attention.sliding_window").ifPresent(value -> {
            throw metadata.refuse("llama.attention.sliding_window", value, "nothing: architecture llama has no window");
        });
        metadata.ignore(
                "llama.rope.scaling.original_context_length",
                "llama.rope.scaling.finetuned",
                "llama.tensor_data_layout");
        checkpoint.config().fieldNames().forEachRemaining(name -> {
            if (Stream.of("general.", "tokenizer.", "quantize.", "split.").anyMatch(name::startsWith)) {
                metadata.ignore(name);
            }
        });
        if (checkpoint.config().has("split.count")
                && checkpoint.config().get("split.count").asInt() > 1) {
            throw new ModelException(checkpoint.path().getFileName()
                    + ": \"split.count\" is " + checkpoint.config().get("split.count")
                    + "; expected a model in one file: join the parts with llama-gguf-split --merge");
        }
        metadata.refuseUnknown();
    }
}
