package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * An opened model: its tensors under canonical names, its configuration, and the files beside it. Weights are memory-mapped and
 * immutable; closing unmaps them.
 *
 * <p>Canonical tensor names are those of Mistral's own checkpoints: {@code tok_embeddings.weight}, {@code norm.weight},
 * {@code output.weight} (absent when tied), {@code layers.N.attention_norm.weight}, {@code layers.N.attention.wq.weight} (wk, wv,
 * wo), {@code layers.N.ffn_norm.weight}, {@code layers.N.feed_forward.w1.weight} (w1 gate, w2 down, w3 up).
 */
public interface Checkpoint extends AutoCloseable {

    /** File format; it decides how the configuration is spelled. */
    enum Format {
        /** Hugging Face directory: {@code config.json} and safetensors. {@link #config()} is config.json. */
        HUGGING_FACE,
        /** GGUF file. {@link #config()} is its metadata, one field a key ({@code "llama.block_count": 30}), arrays included. */
        GGUF
    }

    /** Order of the rows of wq and wk within a head. */
    enum RotaryOrder {
        /** Rotate-half: row i pairs with row i + headDim / 2 (Hugging Face). */
        HALVES,
        /** Row 2i pairs with row 2i + 1 (GGUF arch llama, Mistral's consolidated files). */
        ADJACENT_PAIRS
    }

    /**
     * Opens a model on local disk: a directory with {@code config.json} and {@code model.safetensors} (or the shards that
     * {@code model.safetensors.index.json} names), a GGUF file, or a directory that {@code sirocco pack} made of one. Headers are checked whole before any weight is read.
     *
     * @throws ModelException if the path holds no such model, a file is damaged, or a tensor's name or type is not supported
     */
    static Checkpoint open(Path path) {
        return ModelPath.open(path);
    }

    Format format();

    RotaryOrder rotaryOrder();

    /** Path the model was opened from, for messages. */
    Path path();

    /** The configuration as the format spells it; see {@link Format}. */
    JsonNode config();

    /**
     * A further JSON or text file of a model directory, such as {@code generation_config.json} or {@code tokenizer.json}; empty if
     * it is absent, always empty for GGUF. Only a plain file name is allowed, so that nothing outside the model is reached.
     */
    Optional<Path> file(String name);

    /** Canonical names of all tensors. */
    Set<String> names();

    /** The tensor; throws {@link ModelException} naming it and the model if it is absent. */
    Tensor tensor(String name);

    /**
     * The weights, if {@code sirocco pack} made this model: {@link #names} has fused matrices then, and the bytes of a matrix are
     * its panels.
     */
    default Optional<PackedWeights> packed() {
        return Optional.empty();
    }

    /** Bytes of all weight files. */
    long bytes();

    /**
     * SHA-256 (hex) over the configuration, tensor directory and a sample of the weights: which model this is. The same tensors in
     * one file or in shards have the same fingerprint. Computed at the first call; {@link Fingerprint} says what goes into it.
     */
    String fingerprint();

    @Override
    void close();
}
