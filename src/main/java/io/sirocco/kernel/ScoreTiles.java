package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of attention scores: 4 vectors of keys (lanes are keys) by up to 6 queries, each score one FMA chain over the head's
 * dimensions. Repetitive on purpose, as {@link F32PairTiles}.
 */
final class ScoreTiles {

    private static final int L = Lanes.COUNT;

    private ScoreTiles() {}

    /** Scores of the queries in rows from .. to - 1 against the vectors of keys at k0 .. k3, the first of them being key {@code key}. */
    static void run(Attention a, long k0, long k1, long k2, long k3, int from, int to, int key) {
        for (int row = from; row < to; ) {
            int size = Attention.tile(to - row);
            switch (size) {
                case 6 -> scores6(a, k0, k1, k2, k3, row, key);
                case 4 -> scores4(a, k0, k1, k2, k3, row, key);
                case 3 -> scores3(a, k0, k1, k2, k3, row, key);
                case 2 -> scores2(a, k0, k1, k2, k3, row, key);
                default -> scores1(a, k0, k1, k2, k3, row, key);
            }
            row += size;
        }
    }

    private static void scores6(Attention a, long k0, long k1, long k2, long k3, int row, int key) {
        float[] q = a.q;
        float[] s = a.scores;
        int q0 = a.queries[row];
        int q1 = a.queries[row + 1];
        int q2 = a.queries[row + 2];
        int q3 = a.queries[row + 3];
        int q4 = a.queries[row + 4];
        int q5 = a.queries[row + 5];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        FloatVector a20 = zero, a21 = zero, a22 = zero, a23 = zero;
        FloatVector a30 = zero, a31 = zero, a32 = zero, a33 = zero;
        FloatVector a40 = zero, a41 = zero, a42 = zero, a43 = zero;
        FloatVector a50 = zero, a51 = zero, a52 = zero, a53 = zero;
        for (int d = 0; d < a.headDim; d++) {
            FloatVector key0 = Lanes.load(k0 + d * 64L);
            FloatVector key1 = Lanes.load(k1 + d * 64L);
            FloatVector key2 = Lanes.load(k2 + d * 64L);
            FloatVector key3 = Lanes.load(k3 + d * 64L);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
            a00 = key0.fma(v0, a00);
            a01 = key1.fma(v0, a01);
            a02 = key2.fma(v0, a02);
            a03 = key3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, q[q1 + d]);
            a10 = key0.fma(v1, a10);
            a11 = key1.fma(v1, a11);
            a12 = key2.fma(v1, a12);
            a13 = key3.fma(v1, a13);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, q[q2 + d]);
            a20 = key0.fma(v2, a20);
            a21 = key1.fma(v2, a21);
            a22 = key2.fma(v2, a22);
            a23 = key3.fma(v2, a23);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, q[q3 + d]);
            a30 = key0.fma(v3, a30);
            a31 = key1.fma(v3, a31);
            a32 = key2.fma(v3, a32);
            a33 = key3.fma(v3, a33);
            FloatVector v4 = FloatVector.broadcast(Lanes.F, q[q4 + d]);
            a40 = key0.fma(v4, a40);
            a41 = key1.fma(v4, a41);
            a42 = key2.fma(v4, a42);
            a43 = key3.fma(v4, a43);
            FloatVector v5 = FloatVector.broadcast(Lanes.F, q[q5 + d]);
            a50 = key0.fma(v5, a50);
            a51 = key1.fma(v5, a51);
            a52 = key2.fma(v5, a52);
            a53 = key3.fma(v5, a53);
        }
        int o = row * a.ld + key;
        a00.intoArray(s, o);
        a01.intoArray(s, o + L);
        a02.intoArray(s, o + 2 * L);
        a03.intoArray(s, o + 3 * L);
        o += a.ld;
        a10.intoArray(s, o);
        a11.intoArray(s, o + L);
        a12.intoArray(s, o + 2 * L);
        a13.intoArray(s, o + 3 * L);
        o += a.ld;
        a20.intoArray(s, o);
        a21.intoArray(s, o + L);
        a22.intoArray(s, o + 2 * L);
        a23.intoArray(s, o + 3 * L);
        o += a.ld;
        a30.intoArray(s, o);
        a31.intoArray(s, o + L);
        a32.intoArray(s, o + 2 * L);
        a33.intoArray(s, o + 3 * L);
        o += a.ld;
        a40.intoArray(s, o);
        a41.intoArray(s, o + L);
        a42.intoArray(s, o + 2 * L);
        a43.intoArray(s, o + 3 * L);
        o += a.ld;
        a50.intoArray(s, o);
        a51.intoArray(s, o + L);
        a52.intoArray(s, o + 2 * L);
        a53.intoArray(s, o + 3 * L);
    }

    private static void scores4(Attention a, long k0, long k1, long k2, long k3, int row, int key) {
        float[] q = a.q;
        float[] s = a.scores;
        int q0 = a.queries[row];
        int q1 = a.queries[row + 1];
        int q2 = a.queries[row + 2];
        int q3 = a.queries[row + 3];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        FloatVector a20 = zero, a21 = zero, a22 = zero, a23 = zero;
        FloatVector a30 = zero, a31 = zero, a32 = zero, a33 = zero;
        for (int d = 0; d < a.headDim; d++) {
            FloatVector key0 = Lanes.load(k0 + d * 64L);
            FloatVector key1 = Lanes.load(k1 + d * 64L);
            FloatVector key2 = Lanes.load(k2 + d * 64L);
            FloatVector key3 = Lanes.load(k3 + d * 64L);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
            a00 = key0.fma(v0, a00);
            a01 = key1.fma(v0, a01);
            a02 = key2.fma(v0, a02);
            a03 = key3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, q[q1 + d]);
            a10 = key0.fma(v1, a10);
            a11 = key1.fma(v1, a11);
            a12 = key2.fma(v1, a12);
            a13 = key3.fma(v1, a13);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, q[q2 + d]);
            a20 = key0.fma(v2, a20);
            a21 = key1.fma(v2, a21);
            a22 = key2.fma(v2, a22);
            a23 = key3.fma(v2, a23);
            FloatVector v3 = FloatVector.broadcast(Lanes.F, q[q3 + d]);
            a30 = key0.fma(v3, a30);
            a31 = key1.fma(v3, a31);
            a32 = key2.fma(v3, a32);
            a33 = key3.fma(v3, a33);
        }
        int o = row * a.ld + key;
        a00.intoArray(s, o);
        a01.intoArray(s, o + L);
        a02.intoArray(s, o + 2 * L);
        a03.intoArray(s, o + 3 * L);
        o += a.ld;
        a10.intoArray(s, o);
        a11.intoArray(s, o + L);
        a12.intoArray(s, o + 2 * L);
        a13.intoArray(s, o + 3 * L);
        o += a.ld;
        a20.intoArray(s, o);
        a21.intoArray(s, o + L);
        a22.intoArray(s, o + 2 * L);
        a23.intoArray(s, o + 3 * L);
        o += a.ld;
        a30.intoArray(s, o);
        a31.intoArray(s, o + L);
        a32.intoArray(s, o + 2 * L);
        a33.intoArray(s, o + 3 * L);
    }

    private static void scores3(Attention a, long k0, long k1, long k2, long k3, int row, int key) {
        float[] q = a.q;
        float[] s = a.scores;
        int q0 = a.queries[row];
        int q1 = a.queries[row + 1];
        int q2 = a.queries[row + 2];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        FloatVector a20 = zero, a21 = zero, a22 = zero, a23 = zero;
        for (int d = 0; d < a.headDim; d++) {
            FloatVector key0 = Lanes.load(k0 + d * 64L);
            FloatVector key1 = Lanes.load(k1 + d * 64L);
            FloatVector key2 = Lanes.load(k2 + d * 64L);
            FloatVector key3 = Lanes.load(k3 + d * 64L);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
            a00 = key0.fma(v0, a00);
            a01 = key1.fma(v0, a01);
            a02 = key2.fma(v0, a02);
            a03 = key3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, q[q1 + d]);
            a10 = key0.fma(v1, a10);
            a11 = key1.fma(v1, a11);
            a12 = key2.fma(v1, a12);
            a13 = key3.fma(v1, a13);
            FloatVector v2 = FloatVector.broadcast(Lanes.F, q[q2 + d]);
            a20 = key0.fma(v2, a20);
            a21 = key1.fma(v2, a21);
            a22 = key2.fma(v2, a22);
            a23 = key3.fma(v2, a23);
        }
        int o = row * a.ld + key;
        a00.intoArray(s, o);
        a01.intoArray(s, o + L);
        a02.intoArray(s, o + 2 * L);
        a03.intoArray(s, o + 3 * L);
        o += a.ld;
        a10.intoArray(s, o);
        a11.intoArray(s, o + L);
        a12.intoArray(s, o + 2 * L);
        a13.intoArray(s, o + 3 * L);
        o += a.ld;
        a20.intoArray(s, o);
        a21.intoArray(s, o + L);
        a22.intoArray(s, o + 2 * L);
        a23.intoArray(s, o + 3 * L);
    }

    private static void scores2(Attention a, long k0, long k1, long k2, long k3, int row, int key) {
        float[] q = a.q;
        float[] s = a.scores;
        int q0 = a.queries[row];
        int q1 = a.queries[row + 1];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        for (int d = 0; d < a.headDim; d++) {
            FloatVector key0 = Lanes.load(k0 + d * 64L);
            FloatVector key1 = Lanes.load(k1 + d * 64L);
            FloatVector key2 = Lanes.load(k2 + d * 64L);
            FloatVector key3 = Lanes.load(k3 + d * 64L);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
            a00 = key0.fma(v0, a00);
            a01 = key1.fma(v0, a01);
            a02 = key2.fma(v0, a02);
            a03 = key3.fma(v0, a03);
            FloatVector v1 = FloatVector.broadcast(Lanes.F, q[q1 + d]);
            a10 = key0.fma(v1, a10);
            a11 = key1.fma(v1, a11);
            a12 = key2.fma(v1, a12);
            a13 = key3.fma(v1, a13);
        }
        int o = row * a.ld + key;
        a00.intoArray(s, o);
        a01.intoArray(s, o + L);
        a02.intoArray(s, o + 2 * L);
        a03.intoArray(s, o + 3 * L);
        o += a.ld;
        a10.intoArray(s, o);
        a11.intoArray(s, o + L);
        a12.intoArray(s, o + 2 * L);
        a13.intoArray(s, o + 3 * L);
    }

    private static void scores1(Attention a, long k0, long k1, long k2, long k3, int row, int key) {
        float[] q = a.q;
        float[] s = a.scores;
        int q0 = a.queries[row];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        for (int d = 0; d < a.headDim; d++) {
            FloatVector key0 = Lanes.load(k0 + d * 64L);
            FloatVector key1 = Lanes.load(k1 + d * 64L);
            FloatVector key2 = Lanes.load(k2 + d * 64L);
            FloatVector key3 = Lanes.load(k3 + d * 64L);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
            a00 = key0.fma(v0, a00);
            a01 = key1.fma(v0, a01);
            a02 = key2.fma(v0, a02);
            a03 = key3.fma(v0, a03);
        }
        int o = row * a.ld + key;
        a00.intoArray(s, o);
        a01.intoArray(s, o + L);
        a02.intoArray(s, o + 2 * L);
        a03.intoArray(s, o + 3 * L);
    }
}
