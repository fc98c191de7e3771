package io.sirocco.kernel;

import java.util.List;

/**
 * Matrices that multiply the same input, their outputs side by side: a fused wq, wk, wv, for example, or a single matrix.
 *
 * @param parts from left to right; equal columns
 */
public record Linear(List<Matrix> parts) {

    public Linear {
        parts = List.copyOf(parts);
    }

    /**
     * Gate and up of a gated feed-forward layer as one matrix for {@link Kernels.Then#SWIGLU}, interleaved so that a panel holds both
     * values of 16 hidden units; hidden is rounded up to a multiple of 16 with zero rows, so an output row has that many columns.
     */
    public static Linear gateUp(
            WeightType type, int hidden, int columns, RowSource gate, RowSource up, java.lang.foreign.Arena arena) {
        throw new UnsupportedOperationException();
    }

    public int rows() {
        return parts.stream().mapToInt(Matrix::rows).sum();
    }

    public int columns() {
        return parts.getFirst().columns();
    }
}
