package io.sirocco.kernel;

import java.lang.foreign.Arena;

/**
 * A weight matrix (rows, columns) packed in panels of 32 rows for the kernels, in native 64-byte aligned memory, its values in
 * their own type and size.
 */
public final class Matrix {

    private final WeightType type;
    private final int rows;
    private final int columns;

    private Matrix(WeightType type, int rows, int columns) {
        this.type = type;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * Packs a matrix.
     *
     * @throws IllegalArgumentException if a row has the wrong size, columns do not fit the type's block, or (f16 values, f16 scales)
     *     a value is not finite
     */
    public static Matrix pack(WeightType type, int rows, int columns, RowSource source, Arena arena) {
        throw new UnsupportedOperationException();
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

    /** Writes row r, widened exactly to f32, to out[o .. o + columns - 1]: the embedding look-up. */
    public void row(int r, float[] out, int o) {
        throw new UnsupportedOperationException();
    }
}
