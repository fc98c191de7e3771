package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Panels of Q6_K to f32, exactly. See {@link Panels}. */
final class SixBitWidening {

    private static final long BLOCK = Panels.bytes(WeightType.Q6_K, 256);
    private static final long SCALES = 6144;
    private static final long D = 6656;

    /** The bits of 2^23, whose last place is 1. */
    private static final int ONES = 0x4B000000;

    private SixBitWidening() {}

    /** As {@link Widening#run}; k and n are multiples of 16. */
    static void run(long panel, int k, int n, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            lanes(panel + lane, k / 8, (k + n) / 8, to + lane);
        }
    }

    /** 16 columns of 16 rows at a time, rows 0 .. 15 at the even numbers. */
    private static void lanes(long panel, int first, int end, long to) {
        for (int p = first; p < end; p++) {
            int half = p & 1;
            long block = panel + (p >> 5) * BLOCK;
            long words = block + (p & 31) * 192L;
            IntVector a = Widening.words(words);
            IntVector b = Widening.words(words + 64);
            IntVector c = Widening.words(words + 128);
            // Loads that begin some bytes early have in their high bits what is wanted; the values, or others of the
            // scales, are before.
            IntVector scales = Widening.words(block + SCALES + (p >> 3 & 3) * 128L + half * 64L + (p >> 1 & 3) - 3);
            FloatVector d = Widening.highHalf(Widening.words(block + D + half * 2L - 2));
            FloatVector scale = d.mul(scales.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0));
            long o = to + ((p - first) >> 1) * 2048L + half * 64L;
            store(a, scale, o);
            store(shifted(a, 6), scale, o + 128);
            store(shifted(a, 12), scale, o + 256);
            store(shifted(a, 18), scale, o + 384);
            store(shifted(a, 24), scale, o + 512);
            store(shifted(a, 30).or(b.lanewise(VectorOperators.LSHL, 2)), scale, o + 640);
            store(shifted(b, 4), scale, o + 768);
            store(shifted(b, 10), scale, o + 896);
            store(shifted(b, 16), scale, o + 1024);
            store(shifted(b, 22), scale, o + 1152);
            store(shifted(b, 28).or(c.lanewise(VectorOperators.LSHL, 4)), scale, o + 1280);
            store(shifted(c, 2), scale, o + 1408);
            store(shifted(c, 8), scale, o + 1536);
            store(shifted(c, 14), scale, o + 1664);
            store(shifted(c, 20), scale, o + 1792);
            store(shifted(c, 26), scale, o + 1920);
        }
    }

    private static IntVector shifted(IntVector words, int bits) {
        return words.lanewise(VectorOperators.LSHR, bits);
    }

    /** The low six bits less 32, times the scale. Set into 2^23 they are a float without being converted. */
    private static void store(IntVector words, FloatVector scale, long to) {
        words.and(63)
                .or(ONES)
                .reinterpretAsFloats()
                .sub(0x1p23f + 32)
                .mul(scale)
                .intoMemorySegment(Lanes.MEMORY, to, Lanes.ORDER);
    }
}
