package io.sirocco.cache;

import io.sirocco.kernel.AlignedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;

/**
 * Memory as the kernels want it, in Arrow's books: aligned to 64 bytes, on huge pages where there are any, untouched until used, and
 * of any size. Arrow accounts for every byte and finds what is never released.
 */
final class AlignedAllocation extends ForeignAllocation {

    private final Arena arena;

    private AlignedAllocation(Arena arena, MemorySegment memory) {
        super(memory.byteSize(), memory.address());
        this.arena = arena;
    }

    /** The caller owns the buffer; closing it frees the memory. */
    static ArrowBuf allocate(BufferAllocator allocator, long bytes) {
        Arena arena = Arena.ofShared();
        return allocator.wrapForeignAllocation(new AlignedAllocation(arena, AlignedMemory.allocate(arena, bytes)));
    }

    @Override
    protected void release0() {
        arena.close();
    }
}
