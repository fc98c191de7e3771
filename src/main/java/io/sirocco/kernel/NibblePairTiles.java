package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles of two panels of Q4_0 or Q4_1 by one or two tokens, the weights widened in registers on their way: for so few tokens that goes faster than
 * through memory. Otherwise as {@link F32PairTiles}; the JDK's methods are called without {@link Lanes} between, since C2 inlines no others
 * in bodies of this size.
 */
final class NibblePairTiles {

    /** Bytes of a block's scales: 64 rows of them, then as many offsets. */
    static final long SCALE_BYTES = 2L * Widening.SCALE_BYTES;

    private NibblePairTiles() {}

    /**
     * Continues the chains of y (stride 64) by n columns.
     *
     * @param wa address of the first values of a panel; wb of the next panel's
     * @param scales as {@link Widening#scales} writes them for both panels, one after the other
     */
    static void run(
            long wa,
            long wb,
            long blockBytes,
            long scales,
            float[] x,
            int xo,
            int ldx,
            int n,
            int tokens,
            float[] y,
            int yo) {
        if (tokens == 2) {
            tile2(wa, wb, blockBytes, scales, x, xo, ldx, n, y, yo);
        } else {
            tile1(wa, wb, blockBytes, scales, x, xo, n, y, yo);
        }
    }

    private static void tile1(
            long wa, long wb, long blockBytes, long scales, float[] x, int xo, int n, float[] y, int yo) {
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        for (int g = 0; g < n / 4; g++) {
            long at = (g >> 3) * blockBytes + (g & 7) * 64L;
            IntVector qa = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + at, Lanes.ORDER);
            IntVector qb = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wb + at, Lanes.ORDER);
            long s = scales + (g >> 3) * SCALE_BYTES;
            FloatVector d0 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s, Lanes.ORDER);
            FloatVector m0 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 256, Lanes.ORDER);
            FloatVector d1 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 64, Lanes.ORDER);
            FloatVector m1 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 320, Lanes.ORDER);
            FloatVector d2 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 128, Lanes.ORDER);
            FloatVector m2 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 384, Lanes.ORDER);
            FloatVector d3 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 192, Lanes.ORDER);
            FloatVector m3 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 448, Lanes.ORDER);
            FloatVector w00 = ((FloatVector) qa.and(15).convert(VectorOperators.I2F, 0)).fma(d0, m0);
            FloatVector w01 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 16).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w02 = ((FloatVector) qb.and(15).convert(VectorOperators.I2F, 0)).fma(d2, m2);
            FloatVector w03 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 16).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v00 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g]);
            a00 = w00.fma(v00, a00);
            a01 = w01.fma(v00, a01);
            a02 = w02.fma(v00, a02);
            a03 = w03.fma(v00, a03);
            FloatVector w10 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 4).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d0, m0);
            FloatVector w11 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 20).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w12 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 4).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d2, m2);
            FloatVector w13 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 20).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v10 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g + 1]);
            a00 = w10.fma(v10, a00);
            a01 = w11.fma(v10, a01);
            a02 = w12.fma(v10, a02);
            a03 = w13.fma(v10, a03);
            FloatVector w20 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 8).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d0, m0);
            FloatVector w21 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 24).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w22 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 8).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d2, m2);
            FloatVector w23 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 24).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v20 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g + 2]);
            a00 = w20.fma(v20, a00);
            a01 = w21.fma(v20, a01);
            a02 = w22.fma(v20, a02);
            a03 = w23.fma(v20, a03);
            FloatVector w30 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 12).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d0, m0);
            FloatVector w31 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 28).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w32 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 12).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d2, m2);
            FloatVector w33 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 28).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v30 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g + 3]);
            a00 = w30.fma(v30, a00);
            a01 = w31.fma(v30, a01);
            a02 = w32.fma(v30, a02);
            a03 = w33.fma(v30, a03);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a02.intoArray(y, yo + 32);
        a03.intoArray(y, yo + 48);
    }

    private static void tile2(
            long wa, long wb, long blockBytes, long scales, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        FloatVector a10 = Lanes.load(y, yo + 64),
                a11 = Lanes.load(y, yo + 80),
                a12 = Lanes.load(y, yo + 96),
                a13 = Lanes.load(y, yo + 112);
        for (int g = 0; g < n / 4; g++) {
            long at = (g >> 3) * blockBytes + (g & 7) * 64L;
            IntVector qa = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + at, Lanes.ORDER);
            IntVector qb = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wb + at, Lanes.ORDER);
            long s = scales + (g >> 3) * SCALE_BYTES;
            FloatVector d0 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s, Lanes.ORDER);
            FloatVector m0 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 256, Lanes.ORDER);
            FloatVector d1 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 64, Lanes.ORDER);
            FloatVector m1 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 320, Lanes.ORDER);
            FloatVector d2 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 128, Lanes.ORDER);
            FloatVector m2 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 384, Lanes.ORDER);
            FloatVector d3 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 192, Lanes.ORDER);
            FloatVector m3 = FloatVector.fromMemorySegment(Lanes.F, Lanes.MEMORY, s + 448, Lanes.ORDER);
            FloatVector w00 = ((FloatVector) qa.and(15).convert(VectorOperators.I2F, 0)).fma(d0, m0);
            FloatVector w01 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 16).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w02 = ((FloatVector) qb.and(15).convert(VectorOperators.I2F, 0)).fma(d2, m2);
            FloatVector w03 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 16).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v00 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g]);
            a00 = w00.fma(v00, a00);
            a01 = w01.fma(v00, a01);
            a02 = w02.fma(v00, a02);
            a03 = w03.fma(v00, a03);
            FloatVector v01 = FloatVector.broadcast(Lanes.F, x[x1 + 4 * g]);
            a10 = w00.fma(v01, a10);
            a11 = w01.fma(v01, a11);
            a12 = w02.fma(v01, a12);
            a13 = w03.fma(v01, a13);
            FloatVector w10 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 4).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d0, m0);
            FloatVector w11 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 20).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w12 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 4).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d2, m2);
            FloatVector w13 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 20).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v10 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g + 1]);
            a00 = w10.fma(v10, a00);
            a01 = w11.fma(v10, a01);
            a02 = w12.fma(v10, a02);
            a03 = w13.fma(v10, a03);
            FloatVector v11 = FloatVector.broadcast(Lanes.F, x[x1 + 4 * g + 1]);
            a10 = w10.fma(v11, a10);
            a11 = w11.fma(v11, a11);
            a12 = w12.fma(v11, a12);
            a13 = w13.fma(v11, a13);
            FloatVector w20 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 8).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d0, m0);
            FloatVector w21 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 24).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w22 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 8).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d2, m2);
            FloatVector w23 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 24).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v20 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g + 2]);
            a00 = w20.fma(v20, a00);
            a01 = w21.fma(v20, a01);
            a02 = w22.fma(v20, a02);
            a03 = w23.fma(v20, a03);
            FloatVector v21 = FloatVector.broadcast(Lanes.F, x[x1 + 4 * g + 2]);
            a10 = w20.fma(v21, a10);
            a11 = w21.fma(v21, a11);
            a12 = w22.fma(v21, a12);
            a13 = w23.fma(v21, a13);
            FloatVector w30 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 12).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d0, m0);
            FloatVector w31 = ((FloatVector)
                            qa.lanewise(VectorOperators.LSHR, 28).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d1, m1);
            FloatVector w32 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 12).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d2, m2);
            FloatVector w33 = ((FloatVector)
                            qb.lanewise(VectorOperators.LSHR, 28).and(15).convert(VectorOperators.I2F, 0))
                    .fma(d3, m3);
            FloatVector v30 = FloatVector.broadcast(Lanes.F, x[xo + 4 * g + 3]);
            a00 = w30.fma(v30, a00);
            a01 = w31.fma(v30, a01);
            a02 = w32.fma(v30, a02);
            a03 = w33.fma(v30, a03);
            FloatVector v31 = FloatVector.broadcast(Lanes.F, x[x1 + 4 * g + 3]);
            a10 = w30.fma(v31, a10);
            a11 = w31.fma(v31, a11);
            a12 = w32.fma(v31, a12);
            a13 = w33.fma(v31, a13);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a02.intoArray(y, yo + 32);
        a03.intoArray(y, yo + 48);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
        a12.intoArray(y, yo + 96);
        a13.intoArray(y, yo + 112);
    }
}
