package io.sirocco.model;

import io.sirocco.cache.RollingCache;
import io.sirocco.weights.Checkpoint;
import java.util.Arrays;

/**
 * The shape of a decoder-only transformer: everything the arithmetic depends on. Nothing here has a default; what a model's
 * configuration leaves open is refused when it is read.
 *
 * @param architecture the model type as the configuration names it
 * @param dim width of the residual stream
 * @param layers transformer blocks
 * @param heads query heads
 * @param kvHeads key and value heads; a divisor of heads (grouped-query attention, Ainslie et al. 2023)
 * @param headDim dimensions of a head; heads * headDim need not be dim
 * @param hiddenDim width of the feed-forward layer
 * @param vocabSize rows of the embedding
 * @param normEps epsilon of RMSNorm
 * @param rope rotary position embedding
 * @param window keys a query sees, its own included; {@link RollingCache#NO_WINDOW} for all
 * @param contextLength most positions the model was made for
 * @param tiedEmbeddings whether the output matrix is the embedding
 */
public record ModelConfig(
        String architecture,
        int dim,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int hiddenDim,
        int vocabSize,
        float normEps,
        Rope rope,
        int window,
        int contextLength,
        boolean tiedEmbeddings) {

    /**
     * Reads the configuration of a model.
     *
     * @throws io.sirocco.weights.ModelException naming the field that is missing, wrong, or not implemented
     */
    public static ModelConfig of(Checkpoint checkpoint) {
        return switch (checkpoint.format()) {
            case HUGGING_FACE -> HuggingFaceConfig.read(checkpoint);
            case GGUF -> GgufConfig.read(checkpoint);
        };
    }

    /** Query heads that share one KV head. */
    public int group() {
        return heads / kvHeads;
    }

    /** Columns of the fused queries, keys and values of a token. */
    public int qkvDim() {
        return (heads + 2 * kvHeads) * headDim;
    }

    /** The window of each layer, in tokens. */
    public int[] windows() {
        int[] windows = new int[layers];
        Arrays.fill(windows, window);
        return windows;
    }
}
