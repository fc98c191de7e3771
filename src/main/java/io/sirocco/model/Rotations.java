package io.sirocco.model;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Cosines and sines of the positions, each computed when it is first asked for and kept: a model of 32,768 positions and 128 dimensions
 * a head comes to 17 MB at most. Safe for many threads, two of which may compute the same.
 */
final class Rotations {

    private final double[] frequencies; // (headDim / 2), radians per position
    private final AtomicReferenceArray<float[]> byPosition;

    Rotations(double[] frequencies, int positions) {
        this.frequencies = frequencies;
        byPosition = new AtomicReferenceArray<>(positions);
    }

    /** The cosines of a position's headDim / 2 angles, then their sines. */
    float[] at(int position) {
        float[] rotation = byPosition.getAcquire(position);
        if (rotation == null) {
            rotation = compute(position);
            byPosition.setRelease(position, rotation);
        }
        return rotation;
    }

    private float[] compute(int position) {
        int n = frequencies.length;
        float[] rotation = new float[2 * n];
        for (int i = 0; i < n; i++) {
            double angle = position * frequencies[i];
            rotation[i] = (float) StrictMath.cos(angle);
            rotation[n + i] = (float) StrictMath.sin(angle);
        }
        return rotation;
    }
}
