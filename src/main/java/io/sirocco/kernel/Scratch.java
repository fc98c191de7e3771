package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Working memory of one worker; grows to the largest need and then stays, so that a step allocates nothing. Contents are undefined. */
final class Scratch {

    /** The 16 virtual lanes of a sum. */
    final float[] lanes = new float[16];

    /** What {@link ReadAhead} has read, so that it is read. */
    int touched;

    private float[] panel = new float[0];
    private float[] sums = new float[0];
    private float[] scores = new float[0];
    private MemorySegment wide = MemorySegment.NULL;
    private Attention attention;

    /** At least n floats for a widened panel of the oracle. */
    float[] panel(int n) {
        if (panel.length < n) {
            panel = new float[n];
        }
        return panel;
    }

    /** At least n floats for results that are not complete yet. */
    float[] sums(int n) {
        if (sums.length < n) {
            sums = new float[n];
        }
        return sums;
    }

    /** At least n floats for attention scores; with room to spare, as contexts grow. */
    float[] scores(int n) {
        if (scores.length < n) {
            scores = new float[n + n / 4];
        }
        return scores;
    }

    Attention attention() {
        if (attention == null) {
            attention = new Attention();
        }
        return attention;
    }

    /** At least so many bytes of aligned native memory for widened panels. */
    MemorySegment wide(long bytes) {
        if (wide.byteSize() < bytes) {
            wide = AlignedMemory.allocate(Arena.ofAuto(), bytes);
        }
        return wide;
    }
}
