package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Small types to f32, exactly (Q4_1: with its one rounding): panels of weights, and what the key-value cache stores as bf16. */
final class Widening {

    /** Sign, exponent and fraction of an f16 that stands 3 bits below the top of a word: an f32 too small by 2^112. */
    private static final int HALF_BITS = 0x8FFFE000;

    private static final float HALF_SCALE = 0x1p112f;

    /**
     * All memory. C2 knows the class of a constant; of any other segment it assumes what it has seen. That includes heap segments (the
     * JDK's own reinterpretAsFloats stores to them until it is compiled), and then it leaves all checks of a store inside the loop,
     * which makes {@link #bf16} three to four times as slow.
     */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Widening() {}

    /**
     * Widens n columns.
     *
     * @param at of the first of them in data; a block begins there
     * @param n a multiple of 32, unless the type has no blocks
     */
    static void run(WeightType type, MemorySegment data, long at, int n, MemorySegment out, long to) {
        switch (type) {
            case F16 -> f16(data, at, n, out, to);
            case Q8_0 -> {
                for (int b = 0; b < n / 32; b++) {
                    q8(data, at + b * 1088L, out, to + b * 4096L);
                }
            }
            case Q4_0 -> {
                for (int b = 0; b < n / 32; b++) {
                    q40(data, at + b * 576L, out, to + b * 4096L);
                }
            }
            case Q4_1 -> {
                for (int b = 0; b < n / 32; b++) {
                    q41(data, at + b * 640L, out, to + b * 4096L);
                }
            }
            case F32, BF16 -> throw new AssertionError(type + " is multiplied as it is");
        }
    }

    /** n times 16 words of bf16 pairs to 32 floats: the low halves, then the high halves. */
    static void bf16(MemorySegment data, long at, int n, MemorySegment out, long to) {
        Objects.checkFromIndexSize(to, n * 128L, out.byteSize());
        long address = out.address() + to;
        for (int i = 0; i < n; i++) {
            for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
                IntVector words = words(data, at + i * 64L + lane);
                FloatVector low = words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
                FloatVector high = words.and(0xFFFF0000).reinterpretAsFloats();
                low.intoMemorySegment(MEMORY, address + i * 128L + lane, Lanes.ORDER);
                high.intoMemorySegment(MEMORY, address + i * 128L + 64 + lane, Lanes.ORDER);
            }
        }
    }

    private static void f16(MemorySegment data, long at, int n, MemorySegment out, long to) {
        for (int k = 0; k < n; k++) {
            for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
                IntVector words = words(data, at + k * 64L + lane);
                lowHalf(words).intoMemorySegment(out, to + k * 128L + lane, Lanes.ORDER);
                highHalf(words).intoMemorySegment(out, to + k * 128L + 64 + lane, Lanes.ORDER);
            }
        }
    }

    private static void q8(MemorySegment data, long block, MemorySegment out, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            IntVector scales = words(data, block + lane);
            FloatVector low = lowHalf(scales);
            FloatVector high = highHalf(scales);
            for (int g = 0; g < 8; g++) {
                IntVector a = words(data, block + 64 + g * 128L + lane);
                IntVector b = words(data, block + 128 + g * 128L + lane);
                long o = to + g * 512L + lane;
                for (int j = 0; j < 4; j++) {
                    signedByte(a, j).mul(low).intoMemorySegment(out, o + j * 128L, Lanes.ORDER);
                    signedByte(b, j).mul(high).intoMemorySegment(out, o + j * 128L + 64, Lanes.ORDER);
                }
            }
        }
    }

    private static void q40(MemorySegment data, long block, MemorySegment out, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            IntVector scales = words(data, block + lane);
            FloatVector low = lowHalf(scales);
            FloatVector high = highHalf(scales);
            for (int g = 0; g < 8; g++) {
                IntVector nibbles = words(data, block + 64 + g * 64L + lane);
                long o = to + g * 512L + lane;
                for (int j = 0; j < 4; j++) {
                    nibble(nibbles, j).sub(8f).mul(low).intoMemorySegment(out, o + j * 128L, Lanes.ORDER);
                    nibble(nibbles, j + 4).sub(8f).mul(high).intoMemorySegment(out, o + j * 128L + 64, Lanes.ORDER);
                }
            }
        }
    }

    private static void q41(MemorySegment data, long block, MemorySegment out, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            IntVector scales = words(data, block + lane);
            IntVector minima = words(data, block + 64 + lane);
            FloatVector low = lowHalf(scales);
            FloatVector high = highHalf(scales);
            FloatVector lowMinimum = lowHalf(minima);
            FloatVector highMinimum = highHalf(minima);
            for (int g = 0; g < 8; g++) {
                IntVector nibbles = words(data, block + 128 + g * 64L + lane);
                long o = to + g * 512L + lane;
                for (int j = 0; j < 4; j++) {
                    nibble(nibbles, j).fma(low, lowMinimum).intoMemorySegment(out, o + j * 128L, Lanes.ORDER);
                    nibble(nibbles, j + 4)
                            .fma(high, highMinimum)
                            .intoMemorySegment(out, o + j * 128L + 64, Lanes.ORDER);
                }
            }
        }
    }

    private static IntVector words(MemorySegment data, long at) {
        return IntVector.fromMemorySegment(Lanes.I, data, at, Lanes.ORDER);
    }

    /** f16 in the low halves. Multiplying by 2^112 moves the exponent and makes subnormals normal, exactly. */
    private static FloatVector lowHalf(IntVector words) {
        return highHalf(words.lanewise(VectorOperators.LSHL, 16));
    }

    /** f16 in the high halves: the arithmetic shift leaves the sign on top and the exponent where an f32 has its low bits. */
    private static FloatVector highHalf(IntVector words) {
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
