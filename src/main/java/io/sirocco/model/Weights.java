package io.sirocco.model;

import io.sirocco.kernel.Linear;
import java.util.List;

/**
 * All weights of a transformer, packed for the kernels; immutable. Names are the checkpoint's.
 *
 * @param tokEmbeddings (vocabSize, dim)
 * @param layers from the first to the last
 * @param norm (dim)
 * @param output (vocabSize, dim); the same object as tokEmbeddings when they are tied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the kernels want arrays
record Weights(Linear tokEmbeddings, List<Layer> layers, float[] norm, Linear output) {

    /**
     * One transformer block.
     *
     * @param attentionNorm (dim)
     * @param wqkv wq, wk, wv side by side: (heads + 2 kvHeads) * headDim rows of dim, q and k in rotate-half order
     * @param wo (dim, heads * headDim)
     * @param ffnNorm (dim)
     * @param w1w3 gate and up interleaved, see {@link io.sirocco.kernel.RowMatrix#gateUp}
     * @param w2 (dim, hiddenDim rounded up to a multiple of 16)
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Layer(float[] attentionNorm, Linear wqkv, Linear wo, float[] ffnNorm, Linear w1w3, Linear w2) {}
}
