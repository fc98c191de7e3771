package io.sirocco.cache;

import static io.sirocco.kernel.KvLayout.BLOCK_TOKENS;

import java.util.Arrays;

/**
 * The keys and values of one sequence: in every layer the last {@code window} positions, in blocks of 16 from a {@link BlockPool}
 * (Jiang et al. 2023, "Mistral 7B", section 2: rolling buffer cache). The query at position p sees the keys
 * max(0, p - window + 1) .. p. A block whose last position no later query can see is used again, so memory stops growing at the window
 * however long the sequence gets.
 *
 * <p>Use: {@link #reserve} makes room for the next tokens in every layer, a forward pass writes and reads them through
 * {@link #table}, {@link #advance} makes them part of the sequence. While a chunk of n tokens passes, a layer needs room for
 * window + n positions; the blocks that fall out of one layer's window serve the next layer's chunk, so the surplus is that of a
 * single layer.
 *
 * <p>Worked example, the paper's figure 3: window 4 and the prompt "The cat sat on | the mat and saw | the dog go to" in chunks of
 * 4. Position p stands in slot p mod 16 of logical block p / 16, all here in block 0:
 *
 * <pre>
 *   chunk             positions   the first query sees    the last query sees
 *   The cat sat on     0 ..  3     0 ..  0                 0 ..  3
 *   the mat and saw    4 ..  7     1 ..  4                 4 ..  7
 *   the dog go to      8 .. 11     5 ..  8                 8 .. 11
 * </pre>
 *
 * <p>At position 19 the first visible key is 16: block 0 has slid out and takes the place of the next new block. So a window of 4
 * never holds more than 2 blocks a layer.
 */
public final class RollingCache implements AutoCloseable {

    /** The window of a layer that sees everything. */
    public static final int NO_WINDOW = Integer.MAX_VALUE;

    private final BlockPool pool;
    private final int[] windows;
    private final int[][] tables;
    private final int[] firstHeld; // by layer: the oldest logical block that is held
    private final int[] slidOut; // blocks out of every window once the reserved tokens are part of the sequence
    private int slidOutCount;
    private int length;
    private int reserved;

    /**
     * @param windows by layer, in tokens; {@link #NO_WINDOW} for none
     * @param maxTokens most tokens the sequence will ever have
     * @param maxChunk most tokens between two calls of {@link #advance}
     */
    public RollingCache(BlockPool pool, int[] windows, int maxTokens, int maxChunk) {
        this.pool = pool;
        this.windows = windows.clone();
        tables = new int[windows.length][];
        firstHeld = new int[windows.length];
        int allSlots = 0;
        for (int layer = 0; layer < windows.length; layer++) {
            int slots = blocksAtOnce(windows[layer], maxTokens, maxChunk);
            tables[layer] = new int[slots];
            allSlots += slots;
        }
        slidOut = new int[allSlots];
    }

    /** Most blocks a sequence of maxTokens holds at any time, in all layers, if it grows by at most maxChunk tokens at a time. */
    public static long peakBlocks(int[] windows, int maxTokens, int maxChunk) {
        long blocks = 0;
        long surplus = 0;
        for (int window : windows) {
            long settled = blocksAtOnce(window, maxTokens, 1);
            blocks += settled;
            surplus = Math.max(surplus, blocksAtOnce(window, maxTokens, maxChunk) - settled);
        }
        return blocks + surplus;
    }

    /** Blocks that hold window - 1 + chunk consecutive positions wherever they begin, or the whole sequence if that is less. */
    private static int blocksAtOnce(int window, int maxTokens, int chunk) {
        long whole = (maxTokens + BLOCK_TOKENS - 1L) / BLOCK_TOKENS;
        long seen = ((long) window - 1 + chunk + BLOCK_TOKENS - 2) / BLOCK_TOKENS + 1;
        return (int) Math.min(whole, seen);
    }

    /** Tokens that are part of the sequence. */
    public int length() {
        return length;
    }

    /** Blocks held now, in all layers. */
    public int blocks() {
        int held = slidOutCount;
        for (int layer = 0; layer < windows.length; layer++) {
            held += blocksFor(length + reserved) - firstHeld[layer];
        }
        return held;
    }

    /**
     * Makes room for the next n tokens in every layer.
     *
     * @return false, and nothing is changed, if the pool has too few blocks
     */
    public boolean reserve(int n) {
        if (reserved != 0) {
            throw new IllegalStateException(reserved + " tokens are reserved already; advance first");
        }
        if (blocksToTake(n) > pool.available()) {
            return false;
        }
        for (int layer = 0; layer < windows.length; layer++) {
            int[] table = tables[layer];
            for (int block = blocksFor(length); block < blocksFor(length + n); block++) {
                table[block % table.length] = slidOutCount > 0 ? slidOut[--slidOutCount] : pool.take();
            }
            for (; firstHeld[layer] < firstSeen(layer, length + n); firstHeld[layer]++) {
                slidOut[slidOutCount++] = table[firstHeld[layer] % table.length];
            }
        }
        reserved = n;
        return true;
    }

    /** How many blocks of the pool the next n tokens need beyond those that slide out on the way. */
    private int blocksToTake(int n) {
        int spare = slidOutCount;
        int take = 0;
        for (int layer = 0; layer < windows.length; layer++) {
            int fresh = blocksFor(length + n) - blocksFor(length);
            int reused = Math.min(spare, fresh);
            take += fresh - reused;
            spare += Math.max(firstHeld[layer], firstSeen(layer, length + n)) - firstHeld[layer] - reused;
        }
        return take;
    }

    private static int blocksFor(int tokens) {
        return (tokens + BLOCK_TOKENS - 1) / BLOCK_TOKENS;
    }

    /** The logical block of the oldest key that the query at this position sees. */
    private int firstSeen(int layer, int position) {
        return windows[layer] > position ? 0 : (position - windows[layer] + 1) / BLOCK_TOKENS;
    }

    /** Block numbers of a layer: positions 16 b .. 16 b + 15 are in block {@code table[b % table.length]}. Not to be changed. */
    public int[] table(int layer) {
        return tables[layer];
    }

    /** The reserved tokens have been written: they are part of the sequence now. Blocks out of every window go back to the pool. */
    public void advance() {
        length += reserved;
        reserved = 0;
        while (slidOutCount > 0) {
            pool.give(slidOut[--slidOutCount]);
        }
    }

    @Override
    public void close() {
        advance();
        for (int layer = 0; layer < windows.length; layer++) {
            for (; firstHeld[layer] < blocksFor(length); firstHeld[layer]++) {
                pool.give(tables[layer][firstHeld[layer] % tables[layer].length]);
            }
        }
        Arrays.fill(tables, null);
    }
}
