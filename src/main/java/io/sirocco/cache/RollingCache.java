package io.sirocco.cache;

import static io.sirocco.kernel.KvLayout.BLOCK_TOKENS;

import java.util.Arrays;
import java.util.List;

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
 * <p>Blocks may be shared with other sequences of the same prefix (see {@link PrefixCache}). A shared block is never written: what
 * would be written into it goes into a copy, and one that slides out is left to the others.
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
    private final IntStack slidOut =
            new IntStack(16); // out of every window once the reserved tokens are part of the sequence
    private final IntStack leaving = new IntStack(16); // likewise, but others may still want their contents
    private boolean borrowedTail; // the last block, not yet full, is another sequence's
    private int length;
    private int reserved;

    /**
     * An empty sequence.
     *
     * @param windows by layer, in tokens; {@link #NO_WINDOW} for none
     * @param maxTokens most tokens the sequence will ever have
     * @param maxChunk most tokens between two calls of {@link #advance}
     */
    public RollingCache(BlockPool pool, int[] windows, int maxTokens, int maxChunk) {
        this.pool = pool;
        this.windows = windows.clone();
        tables = new int[windows.length][];
        firstHeld = new int[windows.length];
        for (int layer = 0; layer < windows.length; layer++) {
            tables[layer] = new int[blocksAtOnce(windows[layer], maxTokens, maxChunk)];
        }
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

    /** Blocks held now, in all layers, shared ones included. */
    public int blocks() {
        int held = slidOut.size() + leaving.size();
        for (int layer = 0; layer < windows.length; layer++) {
            held += blocksFor(length + reserved) - firstHeld[layer];
        }
        return held;
    }

    /**
     * Makes room for the next n tokens in every layer. If the pool is short, kept contents that only this sequence holds are given up.
     *
     * @return false, and nothing is changed, if the pool has too few blocks
     */
    public boolean reserve(int n) {
        if (reserved != 0) {
            throw new IllegalStateException(reserved + " tokens are reserved already; advance first");
        }
        return reserve(n, false) || reserve(n, true);
    }

    private boolean reserve(int n, boolean frugal) {
        if (blocksToTake(n, frugal) > pool.available()) {
            return false;
        }
        for (int layer = 0; layer < windows.length; layer++) {
            if (borrowedTail) {
                ownTail(layer, frugal);
            }
            int[] table = tables[layer];
            for (int block = blocksFor(length); block < blocksFor(length + n); block++) {
                table[block % table.length] = slidOut.size() > 0 ? slidOut.pop() : pool.take();
            }
            for (; firstHeld[layer] < firstSeen(layer, length + n); firstHeld[layer]++) {
                slideOut(table[firstHeld[layer] % table.length], frugal);
            }
        }
        borrowedTail = false;
        reserved = n;
        return true;
    }

    /** How many blocks of the pool the next n tokens need beyond those that slide out on the way. */
    private int blocksToTake(int n, boolean frugal) {
        int spare = 0;
        int take = 0;
        int tail = length / BLOCK_TOKENS;
        for (int layer = 0; layer < windows.length; layer++) {
            if (borrowedTail && !isMine(block(layer, tail), frugal)) {
                take++;
            }
            int needed = blocksFor(length + n) - blocksFor(length);
            int reused = Math.min(spare, needed);
            take += needed - reused;
            spare -= reused;
            for (int block = firstHeld[layer]; block < firstSeen(layer, length + n); block++) {
                boolean written = block >= blocksFor(length) || (borrowedTail && block == tail);
                if (written || isMine(block(layer, block), frugal)) {
                    spare++;
                }
            }
        }
        return take;
    }

    /** Whether the block's contents may be written over: nobody else holds it, or will look for it unless we are frugal. */
    private boolean isMine(int block, boolean frugal) {
        return !pool.isShared(block) && (frugal || !pool.isKept(block));
    }

    /** Copy on write: at once, so not into a block that slides out, which the pass still reads before it writes this layer. */
    private void ownTail(int layer, boolean frugal) {
        int[] table = tables[layer];
        int slot = length / BLOCK_TOKENS % table.length;
        int borrowed = table[slot];
        if (isMine(borrowed, frugal)) {
            pool.reuse(borrowed);
        } else {
            table[slot] = pool.take();
            pool.copy(borrowed, table[slot]);
            pool.give(borrowed);
        }
    }

    private void slideOut(int block, boolean frugal) {
        if (isMine(block, frugal)) {
            pool.reuse(block);
            slidOut.push(block);
        } else {
            leaving.push(block);
        }
    }

    static int blocksFor(int tokens) {
        return (tokens + BLOCK_TOKENS - 1) / BLOCK_TOKENS;
    }

    /** The logical block of the oldest key that the query at this position sees. */
    int firstSeen(int layer, int position) {
        return windows[layer] > position ? 0 : (position - windows[layer] + 1) / BLOCK_TOKENS;
    }

    /** Whether a logical block is held in this layer. */
    boolean holds(int layer, int block) {
        return block >= firstHeld[layer] && block < blocksFor(length);
    }

    /** The number of a logical block that is held. */
    int block(int layer, int block) {
        return tables[layer][block % tables[layer].length];
    }

    /** Block numbers of a layer: positions 16 b .. 16 b + 15 are in block {@code table[b % table.length]}. Not to be changed. */
    public int[] table(int layer) {
        return tables[layer];
    }

    /** The reserved tokens have been written: they are part of the sequence now. Blocks out of every window go back to the pool. */
    public void advance() {
        length += reserved;
        reserved = 0;
        while (slidOut.size() > 0) {
            pool.give(slidOut.pop());
        }
        while (leaving.size() > 0) {
            pool.give(leaving.pop());
        }
    }

    /**
     * Goes on with what another sequence of the same tokens has computed; the length is a multiple of 16.
     *
     * @param full by logical block, then layer: the next full blocks; where a later query sees a block it is one, elsewhere it may be -1
     * @param tail by layer: the block after them, of which the first tailTokens positions are ours; null if there is none
     */
    void adopt(List<int[]> full, int[] tail, int tailTokens) {
        int from = length / BLOCK_TOKENS;
        int newLength = length + full.size() * BLOCK_TOKENS + tailTokens;
        for (int layer = 0; layer < windows.length; layer++) {
            int first = firstSeen(layer, newLength);
            for (; firstHeld[layer] < first; firstHeld[layer]++) {
                if (firstHeld[layer] < from) {
                    pool.give(block(layer, firstHeld[layer]));
                }
            }
            int[] table = tables[layer];
            for (int i = Math.max(0, firstHeld[layer] - from); i < full.size(); i++) {
                share(table, from + i, full.get(i)[layer]);
            }
            if (tail != null) {
                share(table, from + full.size(), tail[layer]);
            }
        }
        borrowedTail = tail != null;
        length = newLength;
    }

    private void share(int[] table, int logical, int block) {
        pool.share(block);
        table[logical % table.length] = block;
    }

    @Override
    public void close() {
        advance();
        // The last ones first: who looks for a prefix needs its beginning more than its end, so that should stay for
        // longest.
        for (int block = blocksFor(length) - 1; block >= 0; block--) {
            for (int layer = 0; layer < windows.length; layer++) {
                if (block >= firstHeld[layer]) {
                    pool.give(block(layer, block));
                }
            }
        }
        Arrays.fill(tables, null);
    }
}
