package io.sirocco.cache;

import io.sirocco.kernel.KvLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * All memory for keys and values: equal blocks of 16 tokens of one layer (see {@link KvLayout}), addressed by number. The budget is
 * reserved at once but paid for only as blocks are first written.
 *
 * <p>A block has as many holders as sequences that read it. When the last one gives it back it is free, unless its contents are kept
 * for sequences to come (see {@link PrefixCache}): then it is idle, still counts as available, and is used again only when no free
 * block is left, the one idle for longest first.
 *
 * <p>Not thread-safe: its owner is the thread that plans the steps.
 */
public final class BlockPool implements AutoCloseable {

    private final KvLayout layout;
    private final ArrowBuf buffer;
    private final MemorySegment memory;
    private final int[] holders; // by block
    private final boolean[] kept; // by block
    private final int[] free; // a stack
    private final IdleList idle;
    private int freeCount;
    private IntConsumer evicted = block -> {};

    /**
     * Reserves the memory.
     *
     * @param allocator whose books it is in; its limit must allow for it
     * @param blocks how many blocks there are, at least 1
     * @throws OutOfMemoryError if the system refuses
     */
    public BlockPool(BufferAllocator allocator, KvLayout layout, int blocks) {
        if (blocks < 1) {
            throw new IllegalArgumentException("blocks is " + blocks + "; expected at least 1");
        }
        long bytes = Math.multiplyExact(layout.blockBytes(), (long) blocks);
        this.layout = layout;
        buffer = AlignedAllocation.allocate(allocator, bytes);
        memory = MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(bytes);
        holders = new int[blocks];
        kept = new boolean[blocks];
        idle = new IdleList(blocks);
        free = new int[blocks];
        // Low numbers are handed out first, so that a small load touches little memory.
        Arrays.setAll(free, i -> blocks - 1 - i);
        freeCount = blocks;
    }

    public KvLayout layout() {
        return layout;
    }

    /** The blocks, one after another. */
    public MemorySegment memory() {
        return memory;
    }

    /** Blocks in all. */
    public int size() {
        return free.length;
    }

    /** Blocks that nobody holds, idle ones included. */
    public int available() {
        return freeCount + idle.size();
    }

    /** Blocks that nobody holds but whose contents are kept. */
    public int idle() {
        return idle.size();
    }

    /** Whom to tell that an idle block's contents are gone. */
    void onEviction(IntConsumer listener) {
        evicted = listener;
    }

    /** A block with one holder; its contents are undefined. */
    int take() {
        int block;
        if (freeCount > 0) {
            block = free[--freeCount];
        } else if (idle.size() > 0) {
            block = idle.removeOldest();
            kept[block] = false;
            evicted.accept(block);
        } else {
            throw new IllegalStateException("the block pool is empty; reserve before taking");
        }
        holders[block] = 1;
        return block;
    }

    /** One more holder. */
    void share(int block) {
        if (holders[block]++ == 0) {
            idle.remove(block);
        }
    }

    /** One holder less. */
    void give(int block) {
        if (holders[block] == 0) {
            throw new IllegalStateException("block " + block + " was given back twice");
        }
        if (--holders[block] == 0) {
            release(block);
        }
    }

    private void release(int block) {
        if (kept[block]) {
            idle.add(block);
        } else {
            free[freeCount++] = block;
        }
    }

    boolean isShared(int block) {
        return holders[block] > 1;
    }

    boolean isKept(int block) {
        return kept[block];
    }

    /** The contents of this block, which has a holder, are worth keeping. */
    void keep(int block) {
        kept[block] = true;
    }

    /** Its holder is about to write over the contents of a kept block, which are lost to others. */
    void reuse(int block) {
        if (kept[block]) {
            kept[block] = false;
            evicted.accept(block);
        }
    }

    void copy(int from, int to) {
        long bytes = layout.blockBytes();
        MemorySegment.copy(memory, from * bytes, memory, to * bytes, bytes);
    }

    @Override
    public void close() {
        buffer.close();
    }
}
