package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Small types to f32, exactly (Q4_1: with its one rounding): panels of weights, and what the key-value cache stores as bf16.
 *
 * <p>Long loops without loops inside: a call of a method with vectors costs about as much as widening 50 of them. What belongs to a
 * block is widened before, to where the loop over all values finds it. In the long bodies the JDK's methods are called without helpers
 * of ours between, which C2 does not inline once either has grown large.
 */
final class Widening {

    /** Bytes of a block's widened scales, and minima behind them: 32 rows of each. */
    static final int SCALE_BYTES = 256;

    /** Sign, exponent and fraction of an f16 that stands 3 bits below the top of a word: an f32 too small by 2^112. */
    static final int HALF_BITS = 0x8FFFE000;

    static final float HALF_SCALE = 0x1p112f;

    private Widening() {}

    /**
     * Widens n columns.
     *
     * @param at address of the first of them; a block begins there
     * @param n whole blocks; a multiple of 32
     * @param to address of the first float
     * @param scales room for {@link #SCALE_BYTES} for each 32 columns
     */
    static void run(WeightType type, long at, int n, long to, long scales) {
        if (type == WeightType.Q6_K) {
            SixBitWidening.run(at, n, to);
            return;
        }
        scales(type, at, n, scales, SCALE_BYTES);
        long values = at + Panels.headerBytes(type);
        long block = Panels.bytes(type, type.blockValues());
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            switch (type) {
                case F16 -> halves(at + lane, 64, n, to + lane, 128, HALF_SCALE);
                case Q8_0 -> bytes(values + lane, n / 4, to + lane, scales + lane);
                case Q4_0, Q4_1 -> nibbles(values + lane, block, n / 4, to + lane, scales + lane);
                case F32, BF16, Q6_K -> throw new AssertionError(type);
            }
        }
    }

    /**
     * Widens the scales of n columns and what is added to the scaled values, so that a nibble q is worth q * scale + offset: the minimum
     * of Q4_1, and -8 scales for Q4_0 (exactly). Types without blocks have none, and Q6_K has its own.
     *
     * @param to for each block 32 scales and, {@code stride / 2} bytes behind them, 32 offsets
     * @param stride bytes from block to block
     */
    static void scales(WeightType type, long at, int n, long to, long stride) {
        long block = Panels.bytes(type, type.blockValues());
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            switch (type) {
                case Q8_0 -> halves(at + lane, block, n / 32, to + lane, stride, HALF_SCALE);
                case Q4_0 -> {
                    halves(at + lane, block, n / 32, to + lane, stride, HALF_SCALE);
                    halves(at + lane, block, n / 32, to + stride / 2 + lane, stride, -8 * HALF_SCALE);
                }
                case Q4_1 -> {
                    halves(at + lane, block, n / 32, to + lane, stride, HALF_SCALE);
                    halves(at + 64 + lane, block, n / 32, to + stride / 2 + lane, stride, HALF_SCALE);
                }
                case F32, BF16, F16, Q6_K -> {}
            }
        }
    }

    /** n times 16 words of bf16 pairs to 32 floats: the low halves, then the high halves. */
    static void bf16(long at, int n, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            for (int i = 0; i < n; i++) {
                IntVector words = Lanes.words(at + i * 64L + lane);
                Lanes.store(Lanes.low(words), to + i * 128L + lane);
                Lanes.store(Lanes.high(words), to + i * 128L + 64 + lane);
            }
        }
    }

    /**
     * n times 16 words of f16 pairs to 32 floats, {@code from} and {@code stride} bytes apart. The arithmetic shift leaves the sign on top
     * and the exponent where an f32 has its low bits; a scale of 2^112 moves it and makes subnormals normal, exactly.
     */
    private static void halves(long at, long from, int n, long to, long stride, float scale) {
        FloatVector factor = FloatVector.broadcast(Lanes.F, scale);
        for (int i = 0; i < n; i++) {
            IntVector words = Lanes.words(at + i * from);
            words.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(factor)
                    .intoMemorySegment(Lanes.MEMORY, to + i * stride, Lanes.ORDER);
            words.lanewise(VectorOperators.ASHR, 3)
                    .and(HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(factor)
                    .intoMemorySegment(Lanes.MEMORY, to + i * stride + 64, Lanes.ORDER);
        }
    }

    /** Groups of 4 columns, 8 of them to a block of 1088 bytes. */
    private static void bytes(long at, int groups, long to, long scales) {
        for (int g = 0; g < groups; g++) {
            long from = at + (g >> 3) * 1088L + (g & 7) * 128L;
            IntVector a = Lanes.words(from);
            IntVector b = Lanes.words(from + 64);
            long scale = scales + (g >> 3) * (long) SCALE_BYTES;
            FloatVector low = Lanes.load(scale);
            FloatVector high = Lanes.load(scale + 64);
            long o = to + g * 512L;
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 24)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0))
                    .mul(low)
                    .intoMemorySegment(Lanes.MEMORY, o, Lanes.ORDER);
            ((FloatVector) b.lanewise(VectorOperators.LSHL, 24)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0))
                    .mul(high)
                    .intoMemorySegment(Lanes.MEMORY, o + 64, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 16)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0))
                    .mul(low)
                    .intoMemorySegment(Lanes.MEMORY, o + 128, Lanes.ORDER);
            ((FloatVector) b.lanewise(VectorOperators.LSHL, 16)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0))
                    .mul(high)
                    .intoMemorySegment(Lanes.MEMORY, o + 192, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 8)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0))
                    .mul(low)
                    .intoMemorySegment(Lanes.MEMORY, o + 256, Lanes.ORDER);
            ((FloatVector) b.lanewise(VectorOperators.LSHL, 8)
                            .lanewise(VectorOperators.ASHR, 24)
                            .convert(VectorOperators.I2F, 0))
                    .mul(high)
                    .intoMemorySegment(Lanes.MEMORY, o + 320, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0))
                    .mul(low)
                    .intoMemorySegment(Lanes.MEMORY, o + 384, Lanes.ORDER);
            ((FloatVector) b.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0))
                    .mul(high)
                    .intoMemorySegment(Lanes.MEMORY, o + 448, Lanes.ORDER);
        }
    }

    /** Groups of 4 columns, 8 of them to a block. */
    private static void nibbles(long at, long blockBytes, int groups, long to, long scales) {
        for (int g = 0; g < groups; g++) {
            IntVector nibbles = Lanes.words(at + (g >> 3) * blockBytes + (g & 7) * 64L);
            long scale = scales + (g >> 3) * (long) SCALE_BYTES;
            FloatVector low = Lanes.load(scale);
            FloatVector high = Lanes.load(scale + 64);
            FloatVector lowOffset = Lanes.load(scale + SCALE_BYTES / 2);
            FloatVector highOffset = Lanes.load(scale + SCALE_BYTES / 2 + 64);
            long o = to + g * 512L;
            ((FloatVector) nibbles.and(15).convert(VectorOperators.I2F, 0))
                    .fma(low, lowOffset)
                    .intoMemorySegment(Lanes.MEMORY, o, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 16).and(15).convert(VectorOperators.I2F, 0))
                    .fma(high, highOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 64, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 4).and(15).convert(VectorOperators.I2F, 0))
                    .fma(low, lowOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 128, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 20).and(15).convert(VectorOperators.I2F, 0))
                    .fma(high, highOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 192, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 8).and(15).convert(VectorOperators.I2F, 0))
                    .fma(low, lowOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 256, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 24).and(15).convert(VectorOperators.I2F, 0))
                    .fma(high, highOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 320, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 12).and(15).convert(VectorOperators.I2F, 0))
                    .fma(low, lowOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 384, Lanes.ORDER);
            ((FloatVector) nibbles.lanewise(VectorOperators.LSHR, 28).and(15).convert(VectorOperators.I2F, 0))
                    .fma(high, highOffset)
                    .intoMemorySegment(Lanes.MEMORY, o + 448, Lanes.ORDER);
        }
    }
}
