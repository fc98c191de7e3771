package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A matrix (rows, columns) as files store it, row by row, to be packed in panels for the kernels.
 *
 * @param source its rows
 */
public record RowMatrix(WeightType type, int rows, int columns, RowSource source) {

    /** @throws IllegalArgumentException if there is no row, no column, or columns do not fit the type's block */
    public RowMatrix {
        Matrix.bytes(type, rows, columns);
    }

    /**
     * Gate and up of a gated feed-forward layer as one matrix for {@link Kernels.Then#SWIGLU}, interleaved so that a panel holds both
     * values of 16 hidden units; hidden is rounded up to a multiple of 16 with zero rows, so an output row has that many columns.
     */
    public static RowMatrix gateUp(WeightType type, int hidden, int columns, RowSource gate, RowSource up) {
        int half = Panels.ROWS / 2;
        RowSource interleaved = r -> {
            int unit = r / Panels.ROWS * half + r % half;
            if (unit >= hidden) {
                return null;
            }
            return r % Panels.ROWS < half ? gate.row(unit) : up.row(unit);
        };
        return new RowMatrix(type, Math.ceilDiv(hidden, half) * Panels.ROWS, columns, interleaved);
    }

    /** Panels of the matrix; the last may be filled up with rows of zeros. */
    public int panels() {
        return Panels.count(rows);
    }

    public long panelBytes() {
        return Panels.bytes(type, columns);
    }

    /**
     * Packs some of the panels.
     *
     * @param out (count * panelBytes): the panels first .. first + count - 1
     * @throws IllegalArgumentException if a row has the wrong size or (f16 values, f16 scales) a value is not finite
     */
    public void pack(int first, int count, MemorySegment out) {
        for (int i = 0; i < count; i++) {
            Packer.pack(type, (first + i) * Panels.ROWS, rows, columns, source, out, i * panelBytes());
        }
    }

    /**
     * Packs the matrix into memory of the arena, in parallel where the arena and the first row allow other threads.
     *
     * @throws IllegalArgumentException as {@link #pack(int, int, MemorySegment)}
     */
    public Matrix pack(Arena arena) {
        MemorySegment data = AlignedMemory.allocate(arena, Matrix.bytes(type, rows, columns));
        IntConsumer pack = p -> pack(p, 1, data.asSlice(p * panelBytes(), panelBytes()));
        if (isShared(data) && isShared(source.row(0))) {
            Parallel.forEach(panels(), pack);
        } else {
            IntStream.range(0, panels()).forEach(pack);
        }
        return Matrix.over(type, rows, columns, data);
    }

    private static boolean isShared(MemorySegment memory) {
        return memory == null || memory.isAccessibleBy(new Thread(() -> {}));
    }
}
