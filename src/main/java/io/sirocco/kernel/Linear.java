package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * Matrices that multiply the same input, their outputs side by side: a fused wq, wk, wv, for example, or a single matrix.
 *
 * @param parts from left to right; equal columns
 */
public record Linear(List<Matrix> parts) {

    public Linear {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a Linear has no parts; expected at least one matrix");
        }
        int columns = parts.getFirst().columns();
        for (Matrix part : parts) {
            if (part.columns() != columns) {
                throw new IllegalArgumentException(
                        "parts with " + columns + " and " + part.columns() + " columns; expected equal columns");
            }
        }
    }

    /**
     * Gate and up of a gated feed-forward layer as one matrix for {@link Kernels.Then#SWIGLU}, interleaved so that a panel holds both
     * values of 16 hidden units; hidden is rounded up to a multiple of 16 with zero rows, so an output row has that many columns.
     */
    public static Linear gateUp(WeightType type, int hidden, int columns, RowSource gate, RowSource up, Arena arena) {
        int half = Panels.ROWS / 2;
        RowSource interleaved = r -> {
            int unit = r / Panels.ROWS * half + r % half;
            if (unit >= hidden) {
                return null;
            }
            return r % Panels.ROWS < half ? gate.row(unit) : up.row(unit);
        };
        return new Linear(
                List.of(Matrix.pack(type, Math.ceilDiv(hidden, half) * Panels.ROWS, columns, interleaved, arena)));
    }

    public int rows() {
        int rows = 0;
        for (int i = 0; i < parts.size(); i++) {
            rows += parts.get(i).rows();
        }
        return rows;
    }

    public int columns() {
        return parts.getFirst().columns();
    }
}
