package io.sirocco.cache;

import io.sirocco.kernel.KvLayout;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * All memory for keys and values: equal blocks of 16 tokens of one layer (see {@link KvLayout}), addressed by number. The budget is
 * reserved at once but paid for only as blocks are first written. Not thread-safe: its owner is the thread that plans the steps.
 */
public final class BlockPool implements AutoCloseable {

    private final KvLayout layout;
    private final BufferAllocator allocator;
    private final ArrowBuf buffer;
    private final MemorySegment memory;
    private final int[] free;
    private int available;

    /** @param blocks how many blocks there are, at least 1 */
    public BlockPool(KvLayout layout, int blocks) {
        if (blocks < 1) {
            throw new IllegalArgumentException("blocks is " + blocks + "; expected at least 1");
        }
        long bytes = Math.multiplyExact(layout.blockBytes(), (long) blocks);
        this.layout = layout;
        allocator = new RootAllocator(bytes);
        buffer = AlignedAllocation.allocate(allocator, bytes);
        memory = MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(bytes);
        free = new int[blocks];
        // Low numbers are handed out first, so that a small load touches little memory.
        for (int i = 0; i < blocks; i++) {
            free[i] = blocks - 1 - i;
        }
        available = blocks;
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

    /** Blocks that nobody holds. */
    public int available() {
        return available;
    }

    int take() {
        if (available == 0) {
            throw new IllegalStateException("the block pool is empty; reserve before taking");
        }
        return free[--available];
    }

    void give(int block) {
        if (available == free.length) {
            throw new IllegalStateException("block " + block + " was given back twice");
        }
        free[available++] = block;
    }

    @Override
    public void close() {
        buffer.close();
        allocator.close();
    }
}
