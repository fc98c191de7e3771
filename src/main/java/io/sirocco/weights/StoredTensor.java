package io.sirocco.weights;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * A tensor as its file lists it: under the file's own name, of a type that may be one no model computes with.
 *
 * @param file the file it is in, for messages
 * @param type the format's spelling, such as {@code BF16}, {@code I64} or {@code Q4_K}
 * @param shape outermost dimension first
 */
record StoredTensor(Path file, String name, String type, List<Long> shape, MemorySegment data) {
    StoredTensor {
        shape = List.copyOf(shape);
    }
}
