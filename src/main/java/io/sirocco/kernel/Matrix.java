package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A weight matrix (rows, columns) packed in panels of 32 rows for the kernels, in native 64-byte aligned memory, its values in
 * their own type and size.
 */
public final class Matrix {

    /** Names the layout of the panels; memory that was packed under another number is of no use. */
    public static final int LAYOUT = Panels.LAYOUT;

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
     * A matrix over memory that holds its panels already, such as a mapped file that {@link RowMatrix#pack(int, int, MemorySegment)}
     * filled. The values are trusted: that f16 values and scales are finite was checked when they were packed.
     *
     * @throws IllegalArgumentException if the memory is not native, not aligned to 64 bytes, or not exactly the panels
     */
    public static Matrix over(WeightType type, int rows, int columns, MemorySegment panels) {
        long bytes = bytes(type, rows, columns);
        if (!panels.isNative() || panels.address() % AlignedMemory.ALIGNMENT != 0 || panels.byteSize() != bytes) {
            throw new IllegalArgumentException(panels.byteSize() + " bytes of panels at " + panels.address()
                    + "; a matrix of " + rows + " rows and " + columns + " columns of " + type + " needs " + bytes
                    + " in native memory aligned to " + AlignedMemory.ALIGNMENT);
        }
        return new Matrix(type, rows, columns, panels);
    }

    /**
     * Bytes that a matrix takes in panels.
     *
     * @throws IllegalArgumentException if there is no such matrix: no row, no column, or columns that do not fit the type's block
     * @throws ArithmeticException if they are more than a long can count
     */
    public static long bytes(WeightType type, int rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a matrix of " + rows + " rows and " + columns + " columns; expected at least one of each");
        }
        return Math.multiplyExact(Panels.bytes(type, columns), Panels.count(rows));
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
