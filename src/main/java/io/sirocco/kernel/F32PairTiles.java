package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a matrix product: two panels of f32 weights (4 vectors) by up to 6 tokens. Lanes are output rows, each one FMA chain
 * over k. Accumulators are loaded from y and stored to it, so a product may be continued later, and no branch meets a vector.
 *
 * <p>One straight-line method per shape, repetitive on purpose: accumulators must be locals to stay in registers, and nothing but
 * one-line methods is called, so nothing hangs on the compiler's inlining.
 */
final class F32PairTiles {

    private F32PairTiles() {}

    /** Continues the chains of y (stride 64) by n columns; x and w stand at the first of them. */
    static void run(long wa, long wb, float[] x, int xo, int ldx, int n, int tokens, float[] y, int yo) {
        for (int t = 0; t < tokens; ) {
            int left = tokens - t;
            int xt = xo + t * ldx;
            int yt = yo + t * 64;
            if (left >= 6 && left != 8) {
                tile6(wa, wb, x, xt, ldx, n, y, yt);
                t += 6;
            } else if (left >= 4) {
                tile4(wa, wb, x, xt, ldx, n, y, yt);
                t += 4;
            } else if (left >= 2) {
                tile2(wa, wb, x, xt, ldx, n, y, yt);
                t += 2;
            } else {
                tile1(wa, wb, x, xt, n, y, yt);
                t++;
            }
        }
    }

    private static void tile6(long wa, long wb, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        int x2 = xo + 2 * ldx;
        int x3 = xo + 3 * ldx;
        int x4 = xo + 4 * ldx;
        int x5 = xo + 5 * ldx;
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        FloatVector a10 = Lanes.load(y, yo + 64),
                a11 = Lanes.load(y, yo + 80),
                a12 = Lanes.load(y, yo + 96),
                a13 = Lanes.load(y, yo + 112);
        FloatVector a20 = Lanes.load(y, yo + 128),
                a21 = Lanes.load(y, yo + 144),
                a22 = Lanes.load(y, yo + 160),
                a23 = Lanes.load(y, yo + 176);
        FloatVector a30 = Lanes.load(y, yo + 192),
                a31 = Lanes.load(y, yo + 208),
                a32 = Lanes.load(y, yo + 224),
                a33 = Lanes.load(y, yo + 240);
        FloatVector a40 = Lanes.load(y, yo + 256),
                a41 = Lanes.load(y, yo + 272),
                a42 = Lanes.load(y, yo + 288),
                a43 = Lanes.load(y, yo + 304);
        FloatVector a50 = Lanes.load(y, yo + 320),
                a51 = Lanes.load(y, yo + 336),
                a52 = Lanes.load(y, yo + 352),
                a53 = Lanes.load(y, yo + 368);
        for (int k = 0; k < n; k++) {
            FloatVector w0 = Lanes.load(wa + k * 128L);
            FloatVector w1 = Lanes.load(wa + k * 128L + 64);
            FloatVector w2 = Lanes.load(wb + k * 128L);
            FloatVector w3 = Lanes.load(wb + k * 128L + 64);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            a02 = w2.fma(v0, a02);
            a03 = w3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
            a12 = w2.fma(v1, a12);
            a13 = w3.fma(v1, a13);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, x[x2 + k]);
            a20 = w0.fma(v2, a20);
            a21 = w1.fma(v2, a21);
            a22 = w2.fma(v2, a22);
            a23 = w3.fma(v2, a23);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, x[x3 + k]);
            a30 = w0.fma(v3, a30);
            a31 = w1.fma(v3, a31);
            a32 = w2.fma(v3, a32);
            a33 = w3.fma(v3, a33);
            FloatVector v4 = FloatVector.broadcast(Lanes.F, x[x4 + k]);
            a40 = w0.fma(v4, a40);
            a41 = w1.fma(v4, a41);
            a42 = w2.fma(v4, a42);
            a43 = w3.fma(v4, a43);
            FloatVector v5 = FloatVector.broadcast(Lanes.F, x[x5 + k]);
            a50 = w0.fma(v5, a50);
            a51 = w1.fma(v5, a51);
            a52 = w2.fma(v5, a52);
            a53 = w3.fma(v5, a53);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a02.intoArray(y, yo + 32);
        a03.intoArray(y, yo + 48);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
        a12.intoArray(y, yo + 96);
        a13.intoArray(y, yo + 112);
        a20.intoArray(y, yo + 128);
        a21.intoArray(y, yo + 144);
        a22.intoArray(y, yo + 160);
        a23.intoArray(y, yo + 176);
        a30.intoArray(y, yo + 192);
        a31.intoArray(y, yo + 208);
        a32.intoArray(y, yo + 224);
        a33.intoArray(y, yo + 240);
        a40.intoArray(y, yo + 256);
        a41.intoArray(y, yo + 272);
        a42.intoArray(y, yo + 288);
        a43.intoArray(y, yo + 304);
        a50.intoArray(y, yo + 320);
        a51.intoArray(y, yo + 336);
        a52.intoArray(y, yo + 352);
        a53.intoArray(y, yo + 368);
    }

    private static void tile4(long wa, long wb, float[] x, int xo, int ldx, int n, float[] y, int yo) {
        int x1 = xo + ldx;
        int x2 = xo + 2 * ldx;
        int x3 = xo + 3 * ldx;
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        FloatVector a10 = Lanes.load(y, yo + 64),
                a11 = Lanes.load(y, yo + 80),
                a12 = Lanes.load(y, yo + 96),
                a13 = Lanes.load(y, yo + 112);
        FloatVector a20 = Lanes.load(y, yo + 128),
                a21 = Lanes.load(y, yo + 144),
                a22 = Lanes.load(y, yo + 160),
                a23 = Lanes.load(y, yo + 176);
        FloatVector a30 = Lanes.load(y, yo + 192),
                a31 = Lanes.load(y, yo + 208),
                a32 = Lanes.load(y, yo + 224),
                a33 = Lanes.load(y, yo + 240);
        for (int k = 0; k < n; k++) {
            FloatVector w0 = Lanes.load(wa + k * 128L);
            FloatVector w1 = Lanes.load(wa + k * 128L + 64);
            FloatVector w2 = Lanes.load(wb + k * 128L);
            FloatVector w3 = Lanes.load(wb + k * 128L + 64);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            a02 = w2.fma(v0, a02);
            a03 = w3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
            a12 = w2.fma(v1, a12);
            a13 = w3.fma(v1, a13);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, x[x2 + k]);
            a20 = w0.fma(v2, a20);
            a21 = w1.fma(v2, a21);
            a22 = w2.fma(v2, a22);
            a23 = w3.fma(v2, a23);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, x[x3 + k]);
            a30 = w0.fma(v3, a30);
            a31 = w1.fma(v3, a31);
            a32 = w2.fma(v3, a32);
            a33 = w3.fma(v3, a33);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a02.intoArray(y, yo + 32);
        a03.intoArray(y, yo + 48);
        a10.intoArray(y, yo + 64);
        a11.intoArray(y, yo + 80);
        a12.intoArray(y, yo + 96);
        a13.intoArray(y, yo + 112);
        a20.intoArray(y, yo + 128);
        a21.intoArray(y, yo + 144);
        a22.intoArray(y, yo + 160);
        a23.intoArray(y, yo + 176);
        a30.intoArray(y, yo + 192);
        a31.intoArray(y, yo + 208);
        a32.intoArray(y, yo + 224);
        a33.intoArray(y, yo + 240);
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
            FloatVector w0 = Lanes.load(wa + k * 128L);
            FloatVector w1 = Lanes.load(wa + k * 128L + 64);
            FloatVector w2 = Lanes.load(wb + k * 128L);
            FloatVector w3 = Lanes.load(wb + k * 128L + 64);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            a02 = w2.fma(v0, a02);
            a03 = w3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, x[x1 + k]);
            a10 = w0.fma(v1, a10);
            a11 = w1.fma(v1, a11);
            a12 = w2.fma(v1, a12);
            a13 = w3.fma(v1, a13);
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

    private static void tile1(long wa, long wb, float[] x, int xo, int n, float[] y, int yo) {
        FloatVector a00 = Lanes.load(y, yo),
                a01 = Lanes.load(y, yo + 16),
                a02 = Lanes.load(y, yo + 32),
                a03 = Lanes.load(y, yo + 48);
        for (int k = 0; k < n; k++) {
            FloatVector w0 = Lanes.load(wa + k * 128L);
            FloatVector w1 = Lanes.load(wa + k * 128L + 64);
            FloatVector w2 = Lanes.load(wb + k * 128L);
            FloatVector w3 = Lanes.load(wb + k * 128L + 64);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, x[xo + k]);
            a00 = w0.fma(v0, a00);
            a01 = w1.fma(v0, a01);
            a02 = w2.fma(v0, a02);
            a03 = w3.fma(v0, a03);
        }
        a00.intoArray(y, yo);
        a01.intoArray(y, yo + 16);
        a02.intoArray(y, yo + 32);
        a03.intoArray(y, yo + 48);
    }
}
