package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The arithmetic of a transformer. Every method gives the same bits whatever the provider (scalar or Vector API at any width), the
 * number of workers, and how tokens are split over calls:
 *
 * <ul>
 *   <li>an output of a matrix product is one f32 FMA chain over k = 0 .. K-1, in order;
 *   <li>sums over a vector go into 16 virtual lanes by position mod 16 and are reduced by one fixed tree;
 *   <li>exp is our own polynomial in FMA;
 *   <li>keys and values may be stored as bf16 ({@link KvLayout}), rounded once to nearest even; all arithmetic on them is f32.
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
        /** w is {@link RowMatrix#gateUp}: y = silu(gate x) * (up x). */
        SWIGLU
    }

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Kernels SCALAR = new Kernels(new ScalarProvider());

    private final Provider provider;

    Kernels(Provider provider) {
        this.provider = provider;
    }

    /** The provider of this JVM: the widest vectors of the machine, or what {@code -Dsirocco.kernels=scalar|128|256|512} says. */
    public static Kernels get() {
        return Chosen.KERNELS;
    }

    /** The scalar oracle. */
    public static Kernels scalar() {
        return SCALAR;
    }

    /** Name of the provider for people, such as {@code Vector API, 512 bits}. */
    public String name() {
        return provider.name();
    }

    /**
     * This worker's share of a matrix product over a flat list of tokens; all workers of the team call it with the same arguments
     * and meet at a barrier afterwards.
     *
     * @param x (tokens, w.columns()), stride ldx
     * @param y (tokens, w.rows()), or (tokens, w.rows() / 2) for SWIGLU, stride ldy; not x
     */
    @SuppressWarnings("ReferenceEquality")
    public void multiply(Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Then then, Worker worker) {
        if (tokens == 0) {
            return;
        }
        require(x != y, "x and y are the same array; a product can not be written over its input");
        matrix("x", x, 0, ldx, tokens, w.columns());
        matrix("y", y, 0, ldy, tokens, then == Then.SWIGLU ? w.rows() / 2 : w.rows());
        if (then == Then.SWIGLU) {
            for (int i = 0; i < w.parts().size(); i++) {
                require(w.parts().get(i).rows() % Panels.ROWS == 0, "SWIGLU needs a matrix made by Linear.gateUp");
            }
        }
        provider.multiply(w, x, ldx, tokens, y, ldy, then, worker);
    }

    /** y[i] = x[i] / sqrt(mean(x^2) + eps) * weight[i] for i in 0 .. n-1 (Zhang and Sennrich 2019). */
    public void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, Worker worker) {
        require(n >= 1, "rmsNorm of no values");
        span("x", x, xo, n);
        span("weight", weight, 0, n);
        span("y", y, yo, n);
        provider.rmsNorm(x, xo, weight, eps, y, yo, n, worker);
    }

    /**
     * Rotates one head in place, pairing i with i + headDim / 2 (Su et al. 2021, rotate-half order), and multiplies it by scale.
     *
     * @param cosSin headDim / 2 cosines, then as many sines, of the token's position
     */
    public void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
        require(headDim >= 2 && headDim % 2 == 0, "headDim is odd; rope turns pairs");
        span("x", x, xo, headDim);
        span("cosSin", cosSin, co, headDim);
        provider.rope(x, xo, headDim, cosSin, co, scale);
    }

    /** Writes one token's key and value (headDim floats each), rounded to the layout's type, into a slot of a block. */
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
        place(layout, pool, block, kvHead);
        require(slot >= 0 && slot < KvLayout.BLOCK_TOKENS, "slot is outside of the block");
        int d = layout.headDim();
        span("k", k, ko, d);
        span("v", v, vo, d);
        long key = layout.keys(block, kvHead) + layout.key(slot, 0);
        long value = layout.values(block, kvHead) + layout.value(slot, 0);
        switch (layout.type()) {
            case F32 -> storeF32(layout, pool, key, k, ko, value, v, vo);
            case BF16 -> storeBf16(layout, pool, key, k, ko, value, v, vo);
        }
    }

    private static void storeF32(
            KvLayout layout, MemorySegment pool, long key, float[] k, int ko, long value, float[] v, int vo) {
        int d = layout.headDim();
        for (int i = 0; i < d; i++) {
            pool.set(FLOAT, key + 64L * i, k[ko + i]);
        }
        MemorySegment.copy(v, vo, pool, FLOAT, value, d);
        // The rest of a padded row is read by whole vectors.
        for (int i = d; i < layout.valueStride(); i++) {
            pool.set(FLOAT, value + 4L * i, 0f);
        }
    }

    private static void storeBf16(
            KvLayout layout, MemorySegment pool, long key, float[] k, int ko, long value, float[] v, int vo) {
        int d = layout.headDim();
        for (int i = 0; i < d; i += 2) {
            pool.set(WORD, key + 32L * i, bf16Pair(k[ko + i], k[ko + i + 1]));
        }
        for (int word = 0; word < layout.valueStride() / 2; word++) {
            int i = (word & -16) * 2 + (word & 15);
            float low = i < d ? v[vo + i] : 0f;
            float high = i + 16 < d ? v[vo + i + 16] : 0f;
            pool.set(WORD, value + 4L * word, bf16Pair(low, high));
        }
    }

    private static int bf16Pair(float low, float high) {
        return (Numerics.floatToBf16(high) << 16) | (Numerics.floatToBf16(low) & 0xFFFF);
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
        if (tokens == 0) {
            return;
        }
        require(tokens > 0 && position >= 0 && window >= 1 && group >= 1, "attention of no token, head or key");
        require(pool.isNative(), "the pool is on the heap; the kernels read it by address");
        int first = Math.max(0, position - window + 1) >> 4;
        int last = Math.addExact(position, tokens - 1) >> 4;
        if (last - first >= table.length) {
            throw new IllegalArgumentException(
                    "positions of " + (last - first + 1) + " blocks are visible, but the table has " + table.length
                            + "; pass fewer tokens at a time or a longer table");
        }
        for (int b = first; b <= last; b++) {
            place(layout, pool, table[b % table.length], kvHead);
        }
        int width = Math.multiplyExact(group, layout.headDim());
        matrix("q", q, qo, ldq, tokens, width);
        matrix("out", out, oo, ldo, tokens, width);
        provider.attention(
                layout, pool, table, kvHead, group, q, qo, ldq, out, oo, ldo, tokens, position, window, worker);
    }

    /** Index of the largest of n values from o on; the lowest index among equals, -1 if any value is NaN. */
    public int argmax(float[] x, int o, int n) {
        require(n >= 1, "argmax of no values");
        span("x", x, o, n);
        return provider.argmax(x, o, n);
    }

    /** y[i] = exp((x[o + i] - max) / temperature) for i in 0 .. n-1, y and x being different arrays. */
    public void exp(float[] x, int o, int n, float max, float temperature, float[] y) {
        require(n >= 0 && temperature > 0, "exp of a negative number of values, or without a temperature");
        span("x", x, o, n);
        span("y", y, 0, n);
        provider.exp(x, o, n, max, temperature, y);
    }

    /** log(sum(exp(x))) of n values from o on. Blocks of lanes are summed in f32, the blocks in f64. */
    public double logSumExp(float[] x, int o, int n, Worker worker) {
        require(n >= 1, "logSumExp of no values");
        span("x", x, o, n);
        return provider.logSumExp(x, o, n, worker);
    }

    private static void place(KvLayout layout, MemorySegment pool, int block, int kvHead) {
        if (block < 0 || (block + 1L) * layout.blockBytes() > pool.byteSize()) {
            throw new IllegalArgumentException("block " + block + " is outside of the pool of "
                    + pool.byteSize() / layout.blockBytes() + " blocks");
        }
        if (kvHead < 0 || kvHead >= layout.kvHeads()) {
            throw new IllegalArgumentException("kvHead is " + kvHead + "; the layout has " + layout.kvHeads());
        }
    }

    private static void matrix(String name, float[] a, int offset, int ld, int rows, int columns) {
        if (rows < 0 || ld < columns) {
            throw new IllegalArgumentException(
                    name + " has " + rows + " rows with stride " + ld + "; expected at least " + columns);
        }
        span(name, a, offset, (rows - 1L) * ld + columns);
    }

    private static void span(String name, float[] a, int offset, long length) {
        if (offset < 0 || length < 0 || offset + length > a.length) {
            throw new IllegalArgumentException(
                    name + " has " + a.length + " floats; expected " + length + " from " + offset + " on");
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private static final class Chosen {
        static final Kernels KERNELS = choose();

        private static Kernels choose() {
            Provider provider = ProviderLookup.find();
            return provider instanceof ScalarProvider ? SCALAR : new Kernels(provider);
        }
    }
}
