package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of attention's sums of values: 4 vectors of dimensions (lanes are dimensions) by up to 6 queries, the keys in
 * chronological order. Repetitive on purpose, as {@link F32PairTiles}.
 */
final class ValueTiles {

    private static final int L = Lanes.COUNT;

    private ValueTiles() {}

    /**
     * Continues the sums of n queries, at sums[o + r * lds ..], over keys from .. to - 1: key j's values stand at
     * blocks[j / 16] + j % 16 * rowBytes, and its weight at s[at + r * ld + j].
     *
     * @param c0 byte offset of the first vector of dimensions in a row of values; c1 .. c3 of the others
     */
    static void run(
            MemorySegment pool,
            long[] blocks,
            long rowBytes,
            long c0,
            long c1,
            long c2,
            long c3,
            int from,
            int to,
            int n,
            float[] s,
            int at,
            int ld,
            float[] sums,
            int o,
            int lds) {
        for (int r = 0; r < n; ) {
            int a = at + r * ld;
            int b = o + r * lds;
            int size = Attention.tile(n - r);
            switch (size) {
                case 6 -> values6(pool, blocks, rowBytes, c0, c1, c2, c3, from, to, s, a, ld, sums, b, lds);
                case 4 -> values4(pool, blocks, rowBytes, c0, c1, c2, c3, from, to, s, a, ld, sums, b, lds);
                case 3 -> values3(pool, blocks, rowBytes, c0, c1, c2, c3, from, to, s, a, ld, sums, b, lds);
                case 2 -> values2(pool, blocks, rowBytes, c0, c1, c2, c3, from, to, s, a, ld, sums, b, lds);
                default -> values1(pool, blocks, rowBytes, c0, c1, c2, c3, from, to, s, a, sums, b);
            }
            r += size;
        }
    }

    private static FloatVector load(MemorySegment pool, long at) {
        return FloatVector.fromMemorySegment(Lanes.F, pool, at, Lanes.ORDER);
    }

    private static FloatVector load(float[] a, int o) {
        return FloatVector.fromArray(Lanes.F, a, o);
    }

    private static void store(float[] a, int o, FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3) {
        v0.intoArray(a, o);
        v1.intoArray(a, o + L);
        v2.intoArray(a, o + 2 * L);
        v3.intoArray(a, o + 3 * L);
    }

    private static void values6(
            MemorySegment pool,
            long[] blocks,
            long rowBytes,
            long c0,
            long c1,
            long c2,
            long c3,
            int from,
            int to,
            float[] s,
            int at,
            int ld,
            float[] sums,
            int o,
            int lds) {
        int s1 = at + ld;
        int s2 = at + 2 * ld;
        int s3 = at + 3 * ld;
        int s4 = at + 4 * ld;
        int s5 = at + 5 * ld;
        int o1 = o + lds;
        int o2 = o + 2 * lds;
        int o3 = o + 3 * lds;
        int o4 = o + 4 * lds;
        int o5 = o + 5 * lds;
        FloatVector a00 = load(sums, o),
                a01 = load(sums, o + L),
                a02 = load(sums, o + 2 * L),
                a03 = load(sums, o + 3 * L);
        FloatVector a10 = load(sums, o1),
                a11 = load(sums, o1 + L),
                a12 = load(sums, o1 + 2 * L),
                a13 = load(sums, o1 + 3 * L);
        FloatVector a20 = load(sums, o2),
                a21 = load(sums, o2 + L),
                a22 = load(sums, o2 + 2 * L),
                a23 = load(sums, o2 + 3 * L);
        FloatVector a30 = load(sums, o3),
                a31 = load(sums, o3 + L),
                a32 = load(sums, o3 + 2 * L),
                a33 = load(sums, o3 + 3 * L);
        FloatVector a40 = load(sums, o4),
                a41 = load(sums, o4 + L),
                a42 = load(sums, o4 + 2 * L),
                a43 = load(sums, o4 + 3 * L);
        FloatVector a50 = load(sums, o5),
                a51 = load(sums, o5 + L),
                a52 = load(sums, o5 + 2 * L),
                a53 = load(sums, o5 + 3 * L);
        for (int key = from; key < to; key++) {
            long row = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = load(pool, row + c0);
            FloatVector v1 = load(pool, row + c1);
            FloatVector v2 = load(pool, row + c2);
            FloatVector v3 = load(pool, row + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[at + key]);
            a00 = v0.fma(p0, a00);
            a01 = v1.fma(p0, a01);
            a02 = v2.fma(p0, a02);
            a03 = v3.fma(p0, a03);
            FloatVector p1 = FloatVector.broadcast(Lanes.F, s[s1 + key]);
            a10 = v0.fma(p1, a10);
            a11 = v1.fma(p1, a11);
            a12 = v2.fma(p1, a12);
            a13 = v3.fma(p1, a13);
            FloatVector p2 = FloatVector.broadcast(Lanes.F, s[s2 + key]);
            a20 = v0.fma(p2, a20);
            a21 = v1.fma(p2, a21);
            a22 = v2.fma(p2, a22);
            a23 = v3.fma(p2, a23);
            FloatVector p3 = FloatVector.broadcast(Lanes.F, s[s3 + key]);
            a30 = v0.fma(p3, a30);
            a31 = v1.fma(p3, a31);
            a32 = v2.fma(p3, a32);
            a33 = v3.fma(p3, a33);
            FloatVector p4 = FloatVector.broadcast(Lanes.F, s[s4 + key]);
            a40 = v0.fma(p4, a40);
            a41 = v1.fma(p4, a41);
            a42 = v2.fma(p4, a42);
            a43 = v3.fma(p4, a43);
            FloatVector p5 = FloatVector.broadcast(Lanes.F, s[s5 + key]);
            a50 = v0.fma(p5, a50);
            a51 = v1.fma(p5, a51);
            a52 = v2.fma(p5, a52);
            a53 = v3.fma(p5, a53);
        }
        store(sums, o, a00, a01, a02, a03);
        store(sums, o1, a10, a11, a12, a13);
        store(sums, o2, a20, a21, a22, a23);
        store(sums, o3, a30, a31, a32, a33);
        store(sums, o4, a40, a41, a42, a43);
        store(sums, o5, a50, a51, a52, a53);
    }

    private static void values4(
            MemorySegment pool,
            long[] blocks,
            long rowBytes,
            long c0,
            long c1,
            long c2,
            long c3,
            int from,
            int to,
            float[] s,
            int at,
            int ld,
            float[] sums,
            int o,
            int lds) {
        int s1 = at + ld;
        int s2 = at + 2 * ld;
        int s3 = at + 3 * ld;
        int o1 = o + lds;
        int o2 = o + 2 * lds;
        int o3 = o + 3 * lds;
        FloatVector a00 = load(sums, o),
                a01 = load(sums, o + L),
                a02 = load(sums, o + 2 * L),
                a03 = load(sums, o + 3 * L);
        FloatVector a10 = load(sums, o1),
                a11 = load(sums, o1 + L),
                a12 = load(sums, o1 + 2 * L),
                a13 = load(sums, o1 + 3 * L);
        FloatVector a20 = load(sums, o2),
                a21 = load(sums, o2 + L),
                a22 = load(sums, o2 + 2 * L),
                a23 = load(sums, o2 + 3 * L);
        FloatVector a30 = load(sums, o3),
                a31 = load(sums, o3 + L),
                a32 = load(sums, o3 + 2 * L),
                a33 = load(sums, o3 + 3 * L);
        for (int key = from; key < to; key++) {
            long row = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = load(pool, row + c0);
            FloatVector v1 = load(pool, row + c1);
            FloatVector v2 = load(pool, row + c2);
            FloatVector v3 = load(pool, row + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[at + key]);
            a00 = v0.fma(p0, a00);
            a01 = v1.fma(p0, a01);
            a02 = v2.fma(p0, a02);
            a03 = v3.fma(p0, a03);
            FloatVector p1 = FloatVector.broadcast(Lanes.F, s[s1 + key]);
            a10 = v0.fma(p1, a10);
            a11 = v1.fma(p1, a11);
            a12 = v2.fma(p1, a12);
            a13 = v3.fma(p1, a13);
            FloatVector p2 = FloatVector.broadcast(Lanes.F, s[s2 + key]);
            a20 = v0.fma(p2, a20);
            a21 = v1.fma(p2, a21);
            a22 = v2.fma(p2, a22);
            a23 = v3.fma(p2, a23);
            FloatVector p3 = FloatVector.broadcast(Lanes.F, s[s3 + key]);
            a30 = v0.fma(p3, a30);
            a31 = v1.fma(p3, a31);
            a32 = v2.fma(p3, a32);
            a33 = v3.fma(p3, a33);
        }
        store(sums, o, a00, a01, a02, a03);
        store(sums, o1, a10, a11, a12, a13);
        store(sums, o2, a20, a21, a22, a23);
        store(sums, o3, a30, a31, a32, a33);
    }

    private static void values3(
            MemorySegment pool,
            long[] blocks,
            long rowBytes,
            long c0,
            long c1,
            long c2,
            long c3,
            int from,
            int to,
            float[] s,
            int at,
            int ld,
            float[] sums,
            int o,
            int lds) {
        int s1 = at + ld;
        int s2 = at + 2 * ld;
        int o1 = o + lds;
        int o2 = o + 2 * lds;
        FloatVector a00 = load(sums, o),
                a01 = load(sums, o + L),
                a02 = load(sums, o + 2 * L),
                a03 = load(sums, o + 3 * L);
        FloatVector a10 = load(sums, o1),
                a11 = load(sums, o1 + L),
                a12 = load(sums, o1 + 2 * L),
                a13 = load(sums, o1 + 3 * L);
        FloatVector a20 = load(sums, o2),
                a21 = load(sums, o2 + L),
                a22 = load(sums, o2 + 2 * L),
                a23 = load(sums, o2 + 3 * L);
        for (int key = from; key < to; key++) {
            long row = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = load(pool, row + c0);
            FloatVector v1 = load(pool, row + c1);
            FloatVector v2 = load(pool, row + c2);
            FloatVector v3 = load(pool, row + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[at + key]);
            a00 = v0.fma(p0, a00);
            a01 = v1.fma(p0, a01);
            a02 = v2.fma(p0, a02);
            a03 = v3.fma(p0, a03);
            FloatVector p1 = FloatVector.broadcast(Lanes.F, s[s1 + key]);
            a10 = v0.fma(p1, a10);
            a11 = v1.fma(p1, a11);
            a12 = v2.fma(p1, a12);
            a13 = v3.fma(p1, a13);
            FloatVector p2 = FloatVector.broadcast(Lanes.F, s[s2 + key]);
            a20 = v0.fma(p2, a20);
            a21 = v1.fma(p2, a21);
            a22 = v2.fma(p2, a22);
            a23 = v3.fma(p2, a23);
        }
        store(sums, o, a00, a01, a02, a03);
        store(sums, o1, a10, a11, a12, a13);
        store(sums, o2, a20, a21, a22, a23);
    }

    private static void values2(
            MemorySegment pool,
            long[] blocks,
            long rowBytes,
            long c0,
            long c1,
            long c2,
            long c3,
            int from,
            int to,
            float[] s,
            int at,
            int ld,
            float[] sums,
            int o,
            int lds) {
        int s1 = at + ld;
        int o1 = o + lds;
        FloatVector a00 = load(sums, o),
                a01 = load(sums, o + L),
                a02 = load(sums, o + 2 * L),
                a03 = load(sums, o + 3 * L);
        FloatVector a10 = load(sums, o1),
                a11 = load(sums, o1 + L),
                a12 = load(sums, o1 + 2 * L),
                a13 = load(sums, o1 + 3 * L);
        for (int key = from; key < to; key++) {
            long row = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = load(pool, row + c0);
            FloatVector v1 = load(pool, row + c1);
            FloatVector v2 = load(pool, row + c2);
            FloatVector v3 = load(pool, row + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[at + key]);
            a00 = v0.fma(p0, a00);
            a01 = v1.fma(p0, a01);
            a02 = v2.fma(p0, a02);
            a03 = v3.fma(p0, a03);
            FloatVector p1 = FloatVector.broadcast(Lanes.F, s[s1 + key]);
            a10 = v0.fma(p1, a10);
            a11 = v1.fma(p1, a11);
            a12 = v2.fma(p1, a12);
            a13 = v3.fma(p1, a13);
        }
        store(sums, o, a00, a01, a02, a03);
        store(sums, o1, a10, a11, a12, a13);
    }

    private static void values1(
            MemorySegment pool,
            long[] blocks,
            long rowBytes,
            long c0,
            long c1,
            long c2,
            long c3,
            int from,
            int to,
            float[] s,
            int at,
            float[] sums,
            int o) {
        FloatVector a00 = load(sums, o),
                a01 = load(sums, o + L),
                a02 = load(sums, o + 2 * L),
                a03 = load(sums, o + 3 * L);
        for (int key = from; key < to; key++) {
            long row = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = load(pool, row + c0);
            FloatVector v1 = load(pool, row + c1);
            FloatVector v2 = load(pool, row + c2);
            FloatVector v3 = load(pool, row + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[at + key]);
            a00 = v0.fma(p0, a00);
            a01 = v1.fma(p0, a01);
            a02 = v2.fma(p0, a02);
            a03 = v3.fma(p0, a03);
        }
        store(sums, o, a00, a01, a02, a03);
    }
}
