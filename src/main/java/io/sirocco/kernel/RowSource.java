package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;

/** Rows of a matrix as their file stores them: little-endian. May be called from several threads at once. */
@FunctionalInterface
public interface RowSource {

    /** The bytes of row r, {@code type.rowBytes(columns)} of them, or null for a row of zeros. */
    MemorySegment row(int r);
}
