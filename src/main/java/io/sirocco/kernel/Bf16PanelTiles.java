package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** As {@link Bf16PairTiles} for one panel (2 vectors). */
final class Bf16PanelTiles {

    private Bf16PanelTiles() {}

    /** Continues the chains of y (stride 64) by n columns; x and w stand at the first of them. */
    static void run(long wa, float[] x, int xo, int ldx, int n, int tokens, float[] y, int yo) {
        for (int t = 0; t < tokens; ) {
            int left = tokens - t;
            int xt = xo + t * ldx;
            int yt = yo + t * 64;
            if (left >= 8 && Lanes.COUNT == 16) {
                tile8(wa, x, xt, ldx, n, y, yt);
                t += 8;
            } else if (left >= 6) {
                tile6(wa, x, xt, ldx, n, y, yt);
                t += 6;
            } else if (left >= 4) {
                tile4(wa, x, xt, ldx, n, y, yt);
                t += 4;
            } else if (left >= 2) {
                tile2(wa, x, xt, ldx, n, y, yt);
                t += 2;
            } else {
                tile1(wa, x, xt, n, y, yt);
                t++;
            }
        }
    }

    private static void tile8(long wa, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        int x2 = xo + 2 * ldx;
        int x3 = xo + 3 * ldx;
        int x4 = xo + 4 * ldx;
        int x5 = xo + 5 * ldx;
        int x6 = xo + 6 * ldx;
        int x7 = xo + 7 * ldx;
        FloatVector a00 = Lanes.load(y, yo), a01 = Lanes.load(y, yo + 16);
        FloatVector a10 = Lanes.load(y, yo + 64), a11 = Lanes.load(y, yo + 80);
        FloatVector a20 = Lanes.load(y, yo + 128), a21 = Lanes.load(y, yo + 144);
        FloatVector a30 = Lanes.load(y, yo + 192), a31 = Lanes.load(y, yo + 208);
        FloatVector a40 = Lanes.load(y, yo + 256), a41 = Lanes.load(y, yo + 272);
        FloatVector a50 = Lanes.load(y, yo + 320), a51 = Lanes.load(y, yo + 336);
        FloatVector a60 = Lanes.load(y, yo + 384), a61 = Lanes.load(y, yo + 400);
        FloatVector a70 = Lanes.load(y, yo + 448), a71 = Lanes.load(y, yo + 464);
        for (int k = 0; k < n; k++) {
            IntVector p0 = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            FloatVector w0 = Lanes.low(p0);
            FloatVector w1 = Lanes.high(p0);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, x[x2 + k]);
            a20 = w0.fma(v2, a20);
            a21 = w1.fma(v2, a21);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, x[x3 + k]);
            a30 = w0.fma(v3, a30);
            a31 = w1.fma(v3, a31);
            FloatVector v4 = FloatVector.broadcast(Lanes.F, x[x4 + k]);
            a40 = w0.fma(v4, a40);
            a41 = w1.fma(v4, a41);
            FloatVector v5 = FloatVector.broadcast(Lanes.F, x[x5 + k]);
            a50 = w0.fma(v5, a50);
            a51 = w1.fma(v5, a51);
            FloatVector v6 = FloatVector.broadcast(Lanes.F, x[x6 + k]);
            a60 = w0.fma(v6, a60);
            a61 = w1.fma(v6, a61);
            FloatVector v7 = FloatVector.broadcast(Lanes.F, x[x7 + k]);
            a70 = w0.fma(v7, a70);
            a71 = w1.fma(v7, a71);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
        a20.intoArray(y, yo + 128);
        a21.intoArray(y, yo + 144);
        a30.intoArray(y, yo + 192);
        a31.intoArray(y, yo + 208);
        a40.intoArray(y, yo + 256);
        a41.intoArray(y, yo + 272);
        a50.intoArray(y, yo + 320);
        a51.intoArray(y, yo + 336);
        a60.intoArray(y, yo + 384);
        a61.intoArray(y, yo + 400);
        a70.intoArray(y, yo + 448);
        a71.intoArray(y, yo + 464);
    }

    private static void tile6(long wa, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        int x2 = xo + 2 * ldx;
        int x3 = xo + 3 * ldx;
        int x4 = xo + 4 * ldx;
        int x5 = xo + 5 * ldx;
        FloatVector a00 = Lanes.load(y, yo), a01 = Lanes.load(y, yo + 16);
        FloatVector a10 = Lanes.load(y, yo + 64), a11 = Lanes.load(y, yo + 80);
        FloatVector a20 = Lanes.load(y, yo + 128), a21 = Lanes.load(y, yo + 144);
        FloatVector a30 = Lanes.load(y, yo + 192), a31 = Lanes.load(y, yo + 208);
        FloatVector a40 = Lanes.load(y, yo + 256), a41 = Lanes.load(y, yo + 272);
        FloatVector a50 = Lanes.load(y, yo + 320), a51 = Lanes.load(y, yo + 336);
        for (int k = 0; k < n; k++) {
            IntVector p0 = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            FloatVector w0 = Lanes.low(p0);
            FloatVector w1 = Lanes.high(p0);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, x[x2 + k]);
            a20 = w0.fma(v2, a20);
            a21 = w1.fma(v2, a21);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, x[x3 + k]);
            a30 = w0.fma(v3, a30);
            a31 = w1.fma(v3, a31);
            FloatVector v4 = FloatVector.broadcast(Lanes.F, x[x4 + k]);
            a40 = w0.fma(v4, a40);
            a41 = w1.fma(v4, a41);
            FloatVector v5 = FloatVector.broadcast(Lanes.F, x[x5 + k]);
            a50 = w0.fma(v5, a50);
            a51 = w1.fma(v5, a51);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
        a20.intoArray(y, yo + 128);
        a21.intoArray(y, yo + 144);
        a30.intoArray(y, yo + 192);
        a31.intoArray(y, yo + 208);
        a40.intoArray(y, yo + 256);
        a41.intoArray(y, yo + 272);
        a50.intoArray(y, yo + 320);
        a51.intoArray(y, yo + 336);
    }

    private static void tile4(long wa, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        int x2 = xo + 2 * ldx;
        int x3 = xo + 3 * ldx;
        FloatVector a00 = Lanes.load(y, yo), a01 = Lanes.load(y, yo + 16);
        FloatVector a10 = Lanes.load(y, yo + 64), a11 = Lanes.load(y, yo + 80);
        FloatVector a20 = Lanes.load(y, yo + 128), a21 = Lanes.load(y, yo + 144);
        FloatVector a30 = Lanes.load(y, yo + 192), a31 = Lanes.load(y, yo + 208);
        for (int k = 0; k < n; k++) {
            IntVector p0 = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            FloatVector w0 = Lanes.low(p0);
            FloatVector w1 = Lanes.high(p0);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, x[x2 + k]);
            a20 = w0.fma(v2, a20);
            a21 = w1.fma(v2, a21);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, x[x3 + k]);
            a30 = w0.fma(v3, a30);
            a31 = w1.fma(v3, a31);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
        a20.intoArray(y, yo + 128);
        a21.intoArray(y, yo + 144);
        a30.intoArray(y, yo + 192);
        a31.intoArray(y, yo + 208);
    }

    private static void tile2(long wa, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        FloatVector a00 = Lanes.load(y, yo), a01 = Lanes.load(y, yo + 16);
        FloatVector a10 = Lanes.load(y, yo + 64), a11 = Lanes.load(y, yo + 80);
        for (int k = 0; k < n; k++) {
            IntVector p0 = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            FloatVector w0 = Lanes.low(p0);
            FloatVector w1 = Lanes.high(p0);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
    }

    private static void tile1(long wa, float[] x, int xo, int n, float[] y, int yo) {
        FloatVector a00 = Lanes.load(y, yo), a01 = Lanes.load(y, yo + 16);
        for (int k = 0; k < n; k++) {
            IntVector p0 = IntVector.fromMemorySegment(Lanes.I, Lanes.MEMORY, wa + k * 64L, Lanes.ORDER);
            FloatVector w0 = Lanes.low(p0);
            FloatVector w1 = Lanes.high(p0);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
    }
}
