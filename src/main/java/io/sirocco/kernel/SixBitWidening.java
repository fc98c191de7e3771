package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Panels of Q6_K to f32, exactly. See {@link Panels}. */
final class SixBitWidening {

    private static final long BLOCK = Panels.bytes(WeightType.Q6_K, 256);
    private static final long SCALES = 64;
    private static final long VALUES = Panels.headerBytes(WeightType.Q6_K);

    private SixBitWidening() {}

    /** As {@link Widening#run}; n is a multiple of 256. */
    static void run(long at, int n, long to) {
        for (int lane = 0; lane < 64; lane += Lanes.BYTES) {
            lanes(at + lane, n / 4, to + lane);
        }
    }

    /** Pieces of 8 columns of 16 rows, those of rows 0 .. 15 having even numbers. */
    private static void lanes(long at, int pieces, long to) {
        for (int p = 0; p < pieces; p++) {
            int half = p & 1;
            long block = at + (p >> 6) * BLOCK;
            long words = block + VALUES + (p >> 1 & 31) * 192L;
            IntVector a = Lanes.words(words + half * 64L);
            IntVector b = Lanes.words(words + 128).lanewise(VectorOperators.LSHR, half * 16);
            FloatVector d = Lanes.words(block)
                    .lanewise(VectorOperators.LSHL, 16 - half * 16)
                    .lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            // Begins some bytes early, so that the scales that are wanted are at the top.
            IntVector s = Lanes.words(block + SCALES + (p >> 4 & 3) * 128L + half * 64L + (p >> 2 & 3) - 3);
            FloatVector scale = d.mul(s.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0));
            long o = to + (p >> 1) * 1024L + half * 64L;
            // Six bits to the top, then down. Written out: C2 soon inlines no methods but the JDK's
            // (NodeCountInliningCutoff).
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 26)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 20)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 128, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 14)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 256, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 8)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 384, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHL, 2)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 512, Lanes.ORDER);
            ((FloatVector) a.lanewise(VectorOperators.LSHR, 4)
                            .or(b.lanewise(VectorOperators.LSHL, 28))
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 640, Lanes.ORDER);
            ((FloatVector) b.lanewise(VectorOperators.LSHL, 22)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 768, Lanes.ORDER);
            ((FloatVector) b.lanewise(VectorOperators.LSHL, 16)
                            .lanewise(VectorOperators.ASHR, 26)
                            .convert(VectorOperators.I2F, 0))
                    .mul(scale)
                    .intoMemorySegment(Lanes.MEMORY, o + 896, Lanes.ORDER);
        }
    }
}
