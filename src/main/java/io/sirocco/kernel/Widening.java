package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Small types to f32, exactly (Q4_1: with its one rounding): panels of weights, and what the key-value cache stores as bf16. */
final class Widening {

    /** Sign, exponent and fraction of an f16 that stands 3 bits below the top of a word: an f32 too small by 2^112. */
    private static final int HALF_BITS = 0x8FFFE000;

    private static final float HALF_SCALE = 0x1p112f;

    private Widening() {}

    /**
     * Widens the columns k .. k + n - 1 of a panel.
     *
     * @param panel its address
     * @param k as n, a multiple of 32 unless the type has no blocks
     * @param to address of the first float
     */
    static void run(WeightType type, long panel, int k, int n, long to) {
        if (type == WeightType.Q6_K) {
            SixBitWidening.run(panel, k, n, to);
            return;
        }
        long at = panel + Panels.bytes(type, k);
        switch (type) {
            case F16 -> f16(at, n, to);
            case Q8_0 -> {
                for (int b = 0; b < n / 32; b++) {
                    q8(at + b * 1088L, to + b * 4096L);
                }
            }
            case Q4_0 -> {
                for (int b = 0; b < n / 32; b++) {
                    q40(at + b * 576L, to + b * 4096L);
                }
            }
            case Q4_1 -> {
                for (int b = 0; b < n / 32; b++) {
                    q41(at + b * 640L, to + b * 4096L);
                }
            }
            case F32, BF16, Q6_K -> throw new AssertionError(type);
        }
    }

    /** n times 16 words of bf16 pairs to 32 floats: the low halves, then the high halves. */
    static void bf16(long at, int n, long to) {
        for (int i = 0; i < n; i++) {
            for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
                IntVector words = words(at + i * 64L + lane);
                FloatVector low = words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
                FloatVector high = words.and(0xFFFF0000).reinterpretAsFloats();
                low.intoMemorySegment(Lanes.MEMORY, to + i * 128L + lane, Lanes.ORDER);
                high.intoMemorySegment(Lanes.MEMORY, to + i * 128L + 64 + lane, Lanes.ORDER);
            }
        }
    }

    private static void f16(long at, int n, long to) {
        for (int k = 0; k < n; k++) {
            for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
                IntVector words = words(at + k * 64L + lane);
                lowHalf(words).intoMemorySegment(Lanes.MEMORY, to + k * 128L + lane, Lanes.ORDER);
                highHalf(words).intoMemorySegment(Lanes.MEMORY, to + k * 128L + 64 + lane, Lanes.ORDER);
            }
        }
    }

    private static void q8(long block, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            IntVector scales = words(block + lane);
            FloatVector low = lowHalf(scales);
            FloatVector high = highHalf(scales);
            for (int g = 0; g < 8; g++) {
                IntVector a = words(block + 64 + g * 128L + lane);
                IntVector b = words(block + 128 + g * 128L + lane);
                long o = to + g * 512L + lane;
                for (int j = 0; j < 4; j++) {
                    signedByte(a, j).mul(low).intoMemorySegment(Lanes.MEMORY, o + j * 128L, Lanes.ORDER);
                    signedByte(b, j).mul(high).intoMemorySegment(Lanes.MEMORY, o + j * 128L + 64, Lanes.ORDER);
                }
            }
        }
    }

    private static void q40(long block, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            IntVector scales = words(block + lane);
            FloatVector low = lowHalf(scales);
            FloatVector high = highHalf(scales);
            for (int g = 0; g < 8; g++) {
                IntVector nibbles = words(block + 64 + g * 64L + lane);
                long o = to + g * 512L + lane;
                for (int j = 0; j < 4; j++) {
                    nibble(nibbles, j).sub(8f).mul(low).intoMemorySegment(Lanes.MEMORY, o + j * 128L, Lanes.ORDER);
                    nibble(nibbles, j + 4)
                            .sub(8f)
                            .mul(high)
                            .intoMemorySegment(Lanes.MEMORY, o + j * 128L + 64, Lanes.ORDER);
                }
            }
        }
    }

    private static void q41(long block, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            IntVector scales = words(block + lane);
            IntVector minima = words(block + 64 + lane);
            FloatVector low = lowHalf(scales);
            FloatVector high = highHalf(scales);
            FloatVector lowMinimum = lowHalf(minima);
            FloatVector highMinimum = highHalf(minima);
            for (int g = 0; g < 8; g++) {
                IntVector nibbles = words(block + 128 + g * 64L + lane);
                long o = to + g * 512L + lane;
                for (int j = 0; j < 4; j++) {
                    nibble(nibbles, j).fma(low, lowMinimum).intoMemorySegment(Lanes.MEMORY, o + j * 128L, Lanes.ORDER);
                    nibble(nibbles, j + 4)
                            .fma(high, highMinimum)
                            .intoMemorySegment(Lanes.MEMORY, o + j * 128L + 64, Lanes.ORDER);
                }
            }
        }
    }

    static IntVector words(long at) {
        return IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, at, Lanes.ORDER);
    }

    /** f16 in the low halves. Multiplying by 2^112 moves the exponent and makes subnormals normal, exactly. */
    private static FloatVector lowHalf(IntVector words) {
        return highHalf(words.lanewise(VectorOperators.LSHL, 16));
    }

    /** f16 in the high halves: the arithmetic shift leaves the sign on top and the exponent where an f32 has its low bits. */
    static FloatVector highHalf(IntVector words) {
        return words.lanewise(VectorOperators.ASHR, 3)
                .and(HALF_BITS)
                .reinterpretAsFloats()
                .mul(HALF_SCALE);
    }

    private static FloatVector signedByte(IntVector words, int j) {
        return toFloats(words.lanewise(VectorOperators.LSHL, 24 - 8 * j).lanewise(VectorOperators.ASHR, 24));
    }

    private static FloatVector nibble(IntVector words, int j) {
        return toFloats(words.lanewise(VectorOperators.LSHR, 4 * j).and(15));
    }

    private static FloatVector toFloats(IntVector integers) {
        return (FloatVector) integers.convert(VectorOperators.I2F, 0);
    }
}
