package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A weight matrix (rows, columns) packed in panels of 32 rows for the kernels, in native 64-byte aligned memory, its values in
 * their own type and size.
 */
public final class Matrix {

    private final WeightType type;
    private final int rows;
    private final int columns;
    private final MemorySegment data;

    private Matrix(WeightType type, int rows, int columns, MemorySegment data) {
        this.type = type;
        this.rows = rows;
        this.columns = columns;
        this.data = data;
    }

    /**
     * Packs a matrix, its panels in parallel where the arena and the first row allow other threads.
     *
     * @throws IllegalArgumentException if a row has the wrong size, columns do not fit the type's block, or (f16 values, f16 scales)
     *     a value is not finite
     */
    public static Matrix pack(WeightType type, int rows, int columns, RowSource source, Arena arena) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a matrix of " + rows + " rows and " + columns + " columns; expected at least one of each");
        }
        long panelBytes = Panels.bytes(type, columns);
        int panels = Panels.count(rows);
        MemorySegment data = AlignedMemory.allocate(arena, Math.multiplyExact(panelBytes, panels));
        IntConsumer pack = p -> Packer.pack(type, p * Panels.ROWS, rows, columns, source, data, p * panelBytes);
        IntStream all = IntStream.range(0, panels);
        if (isShared(data) && isShared(source.row(0))) {
            inParallel(all, pack);
        } else {
            all.forEach(pack);
        }
        return new Matrix(type, rows, columns, data);
    }

    /** Rethrows a failure as it is; the fork-join pool would wrap it and so change its message. */
    private static void inParallel(IntStream panels, IntConsumer pack) {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        panels.parallel().forEach(p -> {
            try {
                pack.accept(p);
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        });
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static boolean isShared(MemorySegment memory) {
        return memory == null || memory.isAccessibleBy(new Thread(() -> {}));
    }

    public WeightType type() {
        return type;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Bytes of native memory the matrix holds. */
    public long bytes() {
        return data.byteSize();
    }

    /** Writes row r, widened exactly to f32, to out[o .. o + columns - 1]: the embedding look-up. */
    public void row(int r, float[] out, int o) {
        if (r < 0 || r >= rows) {
            throw new IndexOutOfBoundsException("row " + r + " of a matrix of " + rows + " rows");
        }
        long panel = panel(r / Panels.ROWS);
        for (int k = 0; k < columns; k++) {
            out[o + k] = Panels.value(type, data, panel, r % Panels.ROWS, k);
        }
    }

    int panels() {
        return Panels.count(rows);
    }

    /** Byte offset of a panel in {@link #data}. */
    long panel(int p) {
        return p * Panels.bytes(type, columns);
    }

    /** All panels one after the other, as {@link Panels} says. */
    MemorySegment data() {
        return data;
    }
}
