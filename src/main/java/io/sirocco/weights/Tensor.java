package io.sirocco.weights;

import io.sirocco.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A named tensor as its file stores it, little-endian and row-major.
 *
 * @param name the canonical name (see {@link Checkpoint})
 * @param type element type
 * @param shape outermost dimension first, as in PyTorch: a matrix is (rows, columns)
 * @param data read-only view of the mapped file, exactly the tensor's bytes; its address has no alignment, so read it with
 *     unaligned layouts. Gone when the checkpoint is closed
 */
public record Tensor(String name, WeightType type, List<Long> shape, MemorySegment data) {
    public Tensor {
        shape = List.copyOf(shape);
    }

    /** Numbers in it. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
