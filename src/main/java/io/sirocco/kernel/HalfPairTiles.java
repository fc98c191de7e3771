package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles of two panels of F16 by one or two tokens, the weights widened in registers on their way: for so few tokens that goes faster than
 * through memory. Otherwise as {@link F32PairTiles}; the JDK's methods are called without {@link Lanes} between, since C2 inlines no others
 * in bodies of this size.
 */
final class HalfPairTiles {

    private HalfPairTiles() {}

    /** Continues the chains of y (stride 64) by n columns; x and the panels at wa and wb stand at the first of them. */
    static void run(long wa, long wb, float[] x, int xo, int ldx, int n, int tokens, float[] y, int yo) {
        if (tokens == 2) {
            tile2(wa, wb, x, xo, ldx, n, y, yo);
        } else {
            tile1(wa, wb, x, xo, n, y, yo);
        }
    }

    private static void tile1(long wa, long wb, float[] x, int xo, int n, float[] y, int yo) {
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        for (int k = 0; k < n; k++) {
            IntVector qa = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            IntVector qb = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wb + k * 64L, Lanes.ORDER);
            FloatVector w00 = qa.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector w01 = qa.lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector w02 = qb.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector w03 = qb.lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector v00 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w00.fma(v00, a00);
            a01 = w01.fma(v00, a01);
            a02 = w02.fma(v00, a02);
            a03 = w03.fma(v00, a03);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a02.intoArray(y, yo + 32);
        a03.intoArray(y, yo + 48);
    }

    private static void tile2(long wa, long wb, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        FloatVector a10 = Lanes.load(y, yo + 64),
                a11 = Lanes.load(y, yo + 80),
                a12 = Lanes.load(y, yo + 96),
                a13 = Lanes.load(y, yo + 112);
        for (int k = 0; k < n; k++) {
            IntVector qa = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            IntVector qb = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wb + k * 64L, Lanes.ORDER);
            FloatVector w00 = qa.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector w01 = qa.lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector w02 = qb.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector w03 = qb.lanewise(VectorOperators.ASHR, 3)
                    .and(Widening.HALF_BITS)
                    .reinterpretAsFloats()
                    .mul(Widening.HALF_SCALE);
            FloatVector v00 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w00.fma(v00, a00);
            a01 = w01.fma(v00, a01);
            a02 = w02.fma(v00, a02);
            a03 = w03.fma(v00, a03);
            FloatVector v01 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w00.fma(v01, a10);
            a11 = w01.fma(v01, a11);
            a12 = w02.fma(v01, a12);
            a13 = w03.fma(v01, a13);
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
