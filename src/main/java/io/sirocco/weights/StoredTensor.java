package io.sirocco.weights;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor as a safetensors file lists it: its own name, and a type that may be one no model computes with.
 *
 * @param dtype the file's spelling, such as {@code BF16} or {@code I64}
 * @param shape outermost dimension first
 */
record StoredTensor(String name, String dtype, List<Long> shape, MemorySegment data) {
    StoredTensor {
        shape = List.copyOf(shape);
    }
}
