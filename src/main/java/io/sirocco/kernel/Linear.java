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
