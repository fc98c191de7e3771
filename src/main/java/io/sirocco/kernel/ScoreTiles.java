package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of attention scores: 4 vectors of keys (lanes are keys) by up to 6 queries, each score one FMA chain over the head's
 * dimensions. Repetitive on purpose, as {@link F32PairTiles}.
 */
final class ScoreTiles {

    private static final int L = Lanes.COUNT;

    private ScoreTiles() {}

    /**
     * Scores of the queries in rows from .. to - 1, the r-th of them at q[rows[r]], against the keys at k0 .. k3, to s[at + r * ld ..].
     */
    static void run(
            MemorySegment pool,
            long k0,
            long k1,
            long k2,
            long k3,
            int headDim,
            float[] q,
            int[] rows,
            int from,
            int to,
            float[] s,
            int at,
            int ld) {
        for (int r = from; r < to; ) {
            int o = at + r * ld;
            int size = Attention.tile(to - r);
            switch (size) {
                case 6 -> scores6(pool, k0, k1, k2, k3, headDim, q, rows, r, s, o, ld);
                case 4 -> scores4(pool, k0, k1, k2, k3, headDim, q, rows, r, s, o, ld);
                case 3 -> scores3(pool, k0, k1, k2, k3, headDim, q, rows, r, s, o, ld);
                case 2 -> scores2(pool, k0, k1, k2, k3, headDim, q, rows, r, s, o, ld);
                default -> scores1(pool, k0, k1, k2, k3, headDim, q, rows, r, s, o);
            }
            r += size;
        }
    }

    private static FloatVector load(MemorySegment pool, long at) {
        return FloatVector.fromMemorySegment(Lanes.F, pool, at, Lanes.ORDER);
    }

    private static void store(float[] a, int o, FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3) {
        v0.intoArray(a, o);
        v1.intoArray(a, o + L);
        v2.intoArray(a, o + 2 * L);
        v3.intoArray(a, o + 3 * L);
    }

    private static void scores6(
            MemorySegment pool,
            long k0,
            long k1,
            long k2,
            long k3,
            int headDim,
            float[] q,
            int[] rows,
            int r,
            float[] s,
            int at,
            int ld) {
        int q0 = rows[r];
        int q1 = rows[r + 1];
        int q2 = rows[r + 2];
        int q3 = rows[r + 3];
        int q4 = rows[r + 4];
        int q5 = rows[r + 5];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        FloatVector a20 = zero, a21 = zero, a22 = zero, a23 = zero;
        FloatVector a30 = zero, a31 = zero, a32 = zero, a33 = zero;
        FloatVector a40 = zero, a41 = zero, a42 = zero, a43 = zero;
        FloatVector a50 = zero, a51 = zero, a52 = zero, a53 = zero;
        for (int d = 0; d < headDim; d++) {
            FloatVector key0 = load(pool, k0 + d * 64L);
            FloatVector key1 = load(pool, k1 + d * 64L);
            FloatVector key2 = load(pool, k2 + d * 64L);
            FloatVector key3 = load(pool, k3 + d * 64L);
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
        store(s, at, a00, a01, a02, a03);
        store(s, at + ld, a10, a11, a12, a13);
        store(s, at + 2 * ld, a20, a21, a22, a23);
        store(s, at + 3 * ld, a30, a31, a32, a33);
        store(s, at + 4 * ld, a40, a41, a42, a43);
        store(s, at + 5 * ld, a50, a51, a52, a53);
    }

    private static void scores4(
            MemorySegment pool,
            long k0,
            long k1,
            long k2,
            long k3,
            int headDim,
            float[] q,
            int[] rows,
            int r,
            float[] s,
            int at,
            int ld) {
        int q0 = rows[r];
        int q1 = rows[r + 1];
        int q2 = rows[r + 2];
        int q3 = rows[r + 3];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        FloatVector a20 = zero, a21 = zero, a22 = zero, a23 = zero;
        FloatVector a30 = zero, a31 = zero, a32 = zero, a33 = zero;
        for (int d = 0; d < headDim; d++) {
            FloatVector key0 = load(pool, k0 + d * 64L);
            FloatVector key1 = load(pool, k1 + d * 64L);
            FloatVector key2 = load(pool, k2 + d * 64L);
            FloatVector key3 = load(pool, k3 + d * 64L);
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
        store(s, at, a00, a01, a02, a03);
        store(s, at + ld, a10, a11, a12, a13);
        store(s, at + 2 * ld, a20, a21, a22, a23);
        store(s, at + 3 * ld, a30, a31, a32, a33);
    }

    private static void scores3(
            MemorySegment pool,
            long k0,
            long k1,
            long k2,
            long k3,
            int headDim,
            float[] q,
            int[] rows,
            int r,
            float[] s,
            int at,
            int ld) {
        int q0 = rows[r];
        int q1 = rows[r + 1];
        int q2 = rows[r + 2];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        FloatVector a20 = zero, a21 = zero, a22 = zero, a23 = zero;
        for (int d = 0; d < headDim; d++) {
            FloatVector key0 = load(pool, k0 + d * 64L);
            FloatVector key1 = load(pool, k1 + d * 64L);
            FloatVector key2 = load(pool, k2 + d * 64L);
            FloatVector key3 = load(pool, k3 + d * 64L);
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
        store(s, at, a00, a01, a02, a03);
        store(s, at + ld, a10, a11, a12, a13);
        store(s, at + 2 * ld, a20, a21, a22, a23);
    }

    private static void scores2(
            MemorySegment pool,
            long k0,
            long k1,
            long k2,
            long k3,
            int headDim,
            float[] q,
            int[] rows,
            int r,
            float[] s,
            int at,
            int ld) {
        int q0 = rows[r];
        int q1 = rows[r + 1];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        FloatVector a10 = zero, a11 = zero, a12 = zero, a13 = zero;
        for (int d = 0; d < headDim; d++) {
            FloatVector key0 = load(pool, k0 + d * 64L);
            FloatVector key1 = load(pool, k1 + d * 64L);
            FloatVector key2 = load(pool, k2 + d * 64L);
            FloatVector key3 = load(pool, k3 + d * 64L);
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
        store(s, at, a00, a01, a02, a03);
        store(s, at + ld, a10, a11, a12, a13);
    }

    private static void scores1(
            MemorySegment pool,
            long k0,
            long k1,
            long k2,
            long k3,
            int headDim,
            float[] q,
            int[] rows,
            int r,
            float[] s,
            int at) {
        int q0 = rows[r];
        FloatVector zero = FloatVector.zero(Lanes.F);
        FloatVector a00 = zero, a01 = zero, a02 = zero, a03 = zero;
        for (int d = 0; d < headDim; d++) {
            FloatVector key0 = load(pool, k0 + d * 64L);
            FloatVector key1 = load(pool, k1 + d * 64L);
            FloatVector key2 = load(pool, k2 + d * 64L);
            FloatVector key3 = load(pool, k3 + d * 64L);
            FloatVector v0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
            a00 = key0.fma(v0, a00);
            a01 = key1.fma(v0, a01);
            a02 = key2.fma(v0, a02);
            a03 = key3.fma(v0, a03);
        }
        store(s, at, a00, a01, a02, a03);
    }
}
