package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The arithmetic of a transformer. Every method gives the same bits whatever the provider (scalar or Vector API at any width), the
 * number of workers, and how tokens are split over calls:
 *
 * <ul>
 *   <li>an output of a matrix product is one f32 FMA chain over k = 0 .. K-1, in order;
 *   <li>sums over a vector go into 16 virtual lanes by position mod 16 and are reduced by one fixed tree;
 *   <li>exp is our own polynomial in FMA.
 * </ul>
 *
 * <p>Arrays are row-major with a stride ("ld") between rows; offsets and strides count floats. Arguments are checked here; the
 * providers behind assert only.
 */
public final class Kernels {

    /** What happens to a product before it is stored. */
    public enum Then {
        /** y = w x. */
        STORE,
        /** y = y + w x (the residual connection). */
        ADD,
        /** w is {@link Linear#gateUp}: y = silu(gate x) * (up x). */
        SWIGLU
    }

    /** The provider of this JVM: the widest vectors of the machine, or what {@code -Dsirocco.kernels=scalar|128|256|512} says. */
    public static Kernels get() {
        throw new UnsupportedOperationException();
    }

    /** The scalar oracle. */
    public static Kernels scalar() {
        throw new UnsupportedOperationException();
    }

    /** Name of the provider for people, such as {@code Vector API, 512 bits}. */
    public String name() {
        throw new UnsupportedOperationException();
    }

    /**
     * This worker's share of a matrix product over a flat list of tokens; all workers of the team call it with the same arguments
     * and meet at a barrier afterwards.
     *
     * @param x (tokens, w.columns()), stride ldx
     * @param y (tokens, w.rows()), or (tokens, w.rows() / 2) for SWIGLU, stride ldy
     */
    public void multiply(Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Then then, Worker worker) {
        throw new UnsupportedOperationException();
    }

    /** y[i] = x[i] / sqrt(mean(x^2) + eps) * weight[i] for i in 0 .. n-1 (Zhang and Sennrich 2019). */
    public void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, Worker worker) {
        throw new UnsupportedOperationException();
    }

    /**
     * Rotates one head in place, pairing i with i + headDim / 2 (Su et al. 2021, rotate-half order), and multiplies it by scale.
     *
     * @param cosSin headDim / 2 cosines, then as many sines, of the token's position
     */
    public void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
        throw new UnsupportedOperationException();
    }

    /** Writes one token's key and value (headDim floats each) into a slot of a block. */
    public void storeKeyValue(
            KvLayout layout,
            MemorySegment pool,
            int block,
            int kvHead,
            int slot,
            float[] k,
            int ko,
            float[] v,
            int vo) {
        throw new UnsupportedOperationException();
    }

    /**
     * Attention of consecutive tokens of one sequence, for one KV head and the query heads that share it. The query at position p
     * sees the keys max(0, p - window + 1) .. p, all of which stand in the cache already, its own included.
     *
     * @param table block ids: the keys of positions 16 b .. 16 b + 15 are in block table[b % table.length]
     * @param q queries, already rotated and scaled: the first token's row begins at qo, and head g of the group stands at g * headDim
     *     in it; stride ldq
     * @param out attention outputs, laid out like q at oo with stride ldo
     * @param group query heads of this KV head
     * @param position position of the first token
     */
    public void attention(
            KvLayout layout,
            MemorySegment pool,
            int[] table,
            int kvHead,
            int group,
            float[] q,
            int qo,
            int ldq,
            float[] out,
            int oo,
            int ldo,
            int tokens,
            int position,
            int window,
            Worker worker) {
        throw new UnsupportedOperationException();
    }

    /** Index of the largest of n values from o on; the lowest index among equals, -1 if any value is NaN. */
    public int argmax(float[] x, int o, int n) {
        throw new UnsupportedOperationException();
    }

    /** log(sum(exp(x))) of n values from o on. Blocks of lanes are summed in f32, the blocks in f64. */
    public double logSumExp(float[] x, int o, int n, Worker worker) {
        throw new UnsupportedOperationException();
    }
}
