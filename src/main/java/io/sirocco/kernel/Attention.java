package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Attention of a run of consecutive tokens, one KV head and its group of query heads; one object per worker, so that a call allocates
 * nothing. Tokens go in tiles: all scores of a tile (kept, so that the maximum is exact and nothing is rescaled), the softmax, then
 * the sums of values in chunks of keys that all queries of the tile use while they are in the cache.
 *
 * <p>Positions count from the first visible key's block, which changes neither their order nor their virtual lanes. A query's scores
 * outside of its window are computed with the others and then set to minus infinity; values outside of it are never touched, since
 * their memory may hold anything, NaN times 0 included.
 *
 * <p>A bf16 cache is widened into scratch just before use, the keys of one call of {@link ScoreTiles} or the values of one chunk at a
 * time, and serves all queries of the tile; the tiles know f32 alone.
 */
final class Attention {

    private static final int L = Lanes.COUNT;

    /** Vectors of keys or dimensions in a tile. */
    private static final int VECTORS = 4;

    /** Queries in the largest tile; with 16 registers 4 x 2 is the largest that fits. */
    private static final int QUERIES = L == 8 ? 2 : 6;

    /** Keys of a chunk: with 64 dimensions 32 KB of values. */
    private static final int CHUNK = 128;

    /** Blocks whose keys are widened at a time: those of a tile's vectors. */
    private static final int KEY_BLOCKS = VECTORS * L / 16;

    /** Blocks whose values are widened at a time: those of a chunk. */
    private static final int VALUE_BLOCKS = CHUNK / 16;

    private static final int MAX_TOKENS = 16;

    /** Scores a tile may hold unless one token has more: what fits the L2 cache beside keys and values. */
    private static final int MAX_SCORES = 96 * 1024;

    // What the tiles read and write, row by row.
    int headDim;
    int valueStride;
    float[] q = {};
    /** Where the query of a row begins in q. */
    int[] queries = {};
    /** Address of each block's values as f32: in the cache, or in the scratch it is widened into. */
    long[] values = {};
    /** Scores, later weights, of a row's keys; stride ld. */
    float[] scores = {};

    int ld;
    /** Sums of a row's values so far; stride lds. */
    float[] sums = {};

    int lds;

    private int group;
    private int window;
    private int ldq;
    private float[] out = {};
    private int ldo;
    private long[] keys = {};

    // A bf16 cache, and room for the values of a chunk. The keys, fewer at a time, use the same room before.
    private boolean widened;
    private long[] storedKeys = {};
    private long[] storedValues = {};
    private MemorySegment scratch = MemorySegment.NULL;

    private float[] totals = {};
    private final float[] lanes = new float[16];

    void run(
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
            int window) {
        this.headDim = layout.headDim();
        this.valueStride = layout.valueStride();
        this.group = group;
        this.window = window;
        this.q = q;
        this.ldq = ldq;
        this.out = out;
        this.ldo = ldo;
        int first = Math.max(0, position - window + 1) >> 4;
        int blocks = ((position + tokens - 1) >> 4) - first + 1;
        ld = blocks * 16 + VECTORS * L;
        lds = Math.ceilDiv(valueStride, VECTORS * L) * VECTORS * L;
        int tile = tileTokens();
        grow(blocks, Math.min(tile, tokens) * group);
        for (int b = 0; b < blocks; b++) {
            int block = table[(first + b) % table.length];
            keys[b] = pool.address() + layout.keys(block, kvHead);
            values[b] = pool.address() + layout.values(block, kvHead);
        }
        widened = layout.type() == KvType.BF16;
        if (widened) {
            readFromScratch(blocks);
        }
        for (int t = 0; t < tokens; t += tile) {
            tile(qo + t * ldq, oo + t * ldo, Math.min(tile, tokens - t), position - first * 16 + t);
        }
    }

    private int tileTokens() {
        int tokens = Math.clamp(MAX_SCORES / ((long) group * ld), 1, MAX_TOKENS);
        int together = tokensTogether();
        return tokens > together ? tokens / together * together : tokens;
    }

    /** Tokens whose queries fill the largest tile. */
    private int tokensTogether() {
        return Math.max(1, QUERIES / group);
    }

    /** With room to spare: contexts grow from call to call. */
    private void grow(int blocks, int rows) {
        if (keys.length < blocks) {
            keys = new long[blocks + blocks / 2];
            values = new long[keys.length];
        }
        if (queries.length < rows) {
            queries = new int[rows];
            totals = new float[rows];
        }
        if (scores.length < rows * ld) {
            scores = new float[Math.max(rows * ld, MAX_SCORES)];
        }
        if (sums.length < rows * lds) {
            sums = new float[rows * lds];
        }
    }

    /** Lets the tiles read scratch, where blocks take their turns, and keeps where the blocks are stored. */
    private void readFromScratch(int blocks) {
        long bytes = VALUE_BLOCKS * 64L * valueStride;
        if (scratch.byteSize() < bytes) {
            scratch = AlignedMemory.allocate(Arena.ofAuto(), bytes);
        }
        if (storedKeys.length < blocks) {
            storedKeys = new long[keys.length];
            storedValues = new long[keys.length];
        }
        for (int b = 0; b < blocks; b++) {
            storedKeys[b] = keys[b];
            storedValues[b] = values[b];
            keys[b] = scratch.address() + b % KEY_BLOCKS * 64L * headDim;
            values[b] = scratch.address() + b % VALUE_BLOCKS * 64L * valueStride;
        }
    }

    /** n tokens from position p on; row t * group + g of scores and sums is head g of token t. */
    private void tile(int qo, int oo, int n, int p) {
        int rows = n * group;
        for (int r = 0; r < rows; r++) {
            queries[r] = qo + r / group * ldq + r % group * headDim;
        }
        scores(n, p);
        for (int r = 0; r < rows; r++) {
            totals[r] = softmax(r * ld, p + r / group);
        }
        Arrays.fill(sums, 0, rows * lds, 0f);
        for (int from = first(p); from < p + n; from = (from / CHUNK + 1) * CHUNK) {
            int to = Math.min(p + n, (from / CHUNK + 1) * CHUNK);
            if (widened) {
                widenValues(from >> 4, (to + 15) >> 4);
            }
            for (int d = 0; d < lds; d += VECTORS * L) {
                for (int t = 0; t < n; t += tokensTogether()) {
                    values(from, to, d, t, Math.min(tokensTogether(), n - t), p + t);
                }
            }
        }
        for (int r = 0; r < rows; r++) {
            Elementwise.divide(sums, r * lds, totals[r], out, oo + r / group * ldo + r % group * headDim, headDim);
        }
    }

    /** First key that position p sees. */
    private int first(int p) {
        return Math.max(0, p - window + 1);
    }

    private void scores(int n, int p) {
        int end = (((p + n - 1) >> 4) + 1) * 16 / L;
        for (int v = (first(p) >> 4) * 16 / L; v < end; v += VECTORS) {
            if (widened) {
                widenKeys(v * L / 16, Math.min(v + VECTORS, end) * L / 16);
            }
            int row = Math.max(0, v * L - p) * group;
            ScoreTiles.run(
                    this,
                    key(v),
                    key(Math.min(v + 1, end - 1)),
                    key(Math.min(v + 2, end - 1)),
                    key(Math.min(v + 3, end - 1)),
                    row,
                    n * group,
                    v * L);
        }
    }

    /** Widens the keys of blocks from .. to - 1. */
    private void widenKeys(int from, int to) {
        for (int b = from; b < to; b++) {
            Widening.bf16(storedKeys[b], headDim / 2, keys[b]);
        }
    }

    /** Widens the values of blocks from .. to - 1. */
    private void widenValues(int from, int to) {
        for (int b = from; b < to; b++) {
            Widening.bf16(storedValues[b], valueStride / 2, values[b]);
        }
    }

    /** Address of the v-th vector of keys. */
    private long key(int v) {
        int key = v * L;
        return keys[key >> 4] + 4L * (key & 15);
    }

    /** The softmax of one row, whole blocks of it, in place; returns the sum it is to be divided by. */
    private float softmax(int row, int p) {
        int from = first(p) & -16;
        int to = (p | 15) + 1;
        Arrays.fill(scores, row + from, row + first(p), Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, row + p + 1, row + to, Float.NEGATIVE_INFINITY);
        return Elementwise.softmax(scores, row + from, to - from, lanes);
    }

    /** Sums of dimensions d .. over the keys from .. to - 1, for n tokens, the t-th of the tile at position p and those after it. */
    private void values(int from, int to, int d, int t, int n, int p) {
        int start = Math.max(from, first(p + n - 1));
        int end = Math.min(to, p + 1);
        if (n == 1 || start >= end) {
            for (int i = 0; i < n; i++) {
                sum(Math.max(from, first(p + i)), Math.min(to, p + i + 1), d, t + i, 1);
            }
            return;
        }
        // What only some of the tokens see, they sum alone: first the keys that slide out of the window, at last their
        // own.
        for (int i = 0; i < n; i++) {
            sum(Math.max(from, first(p + i)), start, d, t + i, 1);
        }
        sum(start, end, d, t, n);
        for (int i = 0; i < n; i++) {
            sum(end, Math.min(to, p + i + 1), d, t + i, 1);
        }
    }

    private void sum(int from, int to, int d, int t, int n) {
        if (from >= to) {
            return;
        }
        ValueTiles.run(
                this,
                dimensions(d),
                dimensions(d + L),
                dimensions(d + 2 * L),
                dimensions(d + 3 * L),
                from,
                to,
                t * group,
                n * group,
                d);
    }

    /** Byte offset of a vector of dimensions; those past the last repeat it, into sums that nobody reads. */
    private long dimensions(int d) {
        return 4L * Math.min(d, valueStride - L);
    }

    /** Size of the next tile when n queries are left. */
    static int tile(int n) {
        if (n >= 9 || n == 6) {
            return QUERIES;
        }
        return Math.min(QUERIES, n == 5 ? 3 : Math.min(n, 4));
    }
}
