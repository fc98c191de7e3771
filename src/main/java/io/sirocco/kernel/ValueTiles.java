package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of attention's sums of values: 4 vectors of dimensions (lanes are dimensions) by up to 6 queries, the keys in
 * chronological order. Repetitive on purpose, as {@link F32PairTiles}.
 */
final class ValueTiles {

    private static final int L = Lanes.COUNT;

    private ValueTiles() {}

    /**
     * Continues the sums of n rows over keys from .. to - 1.
     *
     * @param c0 byte offset of the first vector of dimensions in a key's values; c1 .. c3 of the others
     * @param d where the first stands in a row of sums, the others behind it
     */
    static void run(Attention a, long c0, long c1, long c2, long c3, int from, int to, int row, int n, int d) {
        int end = row + n;
        while (row < end) {
            int size = Attention.tile(end - row);
            switch (size) {
                case 6 -> values6(a, c0, c1, c2, c3, from, to, row, d);
                case 4 -> values4(a, c0, c1, c2, c3, from, to, row, d);
                case 3 -> values3(a, c0, c1, c2, c3, from, to, row, d);
                case 2 -> values2(a, c0, c1, c2, c3, from, to, row, d);
                default -> values1(a, c0, c1, c2, c3, from, to, row, d);
            }
            row += size;
        }
    }

    private static void values6(Attention a, long c0, long c1, long c2, long c3, int from, int to, int row, int d) {
        long[] blocks = a.values;
        long rowBytes = 4L * a.valueStride;
        float[] s = a.scores;
        float[] sums = a.sums;
        int s0 = row * a.ld;
        int s1 = s0 + a.ld;
        int s2 = s1 + a.ld;
        int s3 = s2 + a.ld;
        int s4 = s3 + a.ld;
        int s5 = s4 + a.ld;
        int o0 = row * a.lds + d;
        int o1 = o0 + a.lds;
        int o2 = o1 + a.lds;
        int o3 = o2 + a.lds;
        int o4 = o3 + a.lds;
        int o5 = o4 + a.lds;
        FloatVector a00 = Lanes.load(sums, o0),
                a01 = Lanes.load(sums, o0 + L),
                a02 = Lanes.load(sums, o0 + 2 * L),
                a03 = Lanes.load(sums, o0 + 3 * L);
        FloatVector a10 = Lanes.load(sums, o1),
                a11 = Lanes.load(sums, o1 + L),
                a12 = Lanes.load(sums, o1 + 2 * L),
                a13 = Lanes.load(sums, o1 + 3 * L);
        FloatVector a20 = Lanes.load(sums, o2),
                a21 = Lanes.load(sums, o2 + L),
                a22 = Lanes.load(sums, o2 + 2 * L),
                a23 = Lanes.load(sums, o2 + 3 * L);
        FloatVector a30 = Lanes.load(sums, o3),
                a31 = Lanes.load(sums, o3 + L),
                a32 = Lanes.load(sums, o3 + 2 * L),
                a33 = Lanes.load(sums, o3 + 3 * L);
        FloatVector a40 = Lanes.load(sums, o4),
                a41 = Lanes.load(sums, o4 + L),
                a42 = Lanes.load(sums, o4 + 2 * L),
                a43 = Lanes.load(sums, o4 + 3 * L);
        FloatVector a50 = Lanes.load(sums, o5),
                a51 = Lanes.load(sums, o5 + L),
                a52 = Lanes.load(sums, o5 + 2 * L),
                a53 = Lanes.load(sums, o5 + 3 * L);
        for (int key = from; key < to; key++) {
            long at = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = Lanes.load(at + c0);
            FloatVector v1 = Lanes.load(at + c1);
            FloatVector v2 = Lanes.load(at + c2);
            FloatVector v3 = Lanes.load(at + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[s0 + key]);
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
        a00.intoArray(sums, o0);
        a01.intoArray(sums, o0 + L);
        a02.intoArray(sums, o0 + 2 * L);
        a03.intoArray(sums, o0 + 3 * L);
        a10.intoArray(sums, o1);
        a11.intoArray(sums, o1 + L);
        a12.intoArray(sums, o1 + 2 * L);
        a13.intoArray(sums, o1 + 3 * L);
        a20.intoArray(sums, o2);
        a21.intoArray(sums, o2 + L);
        a22.intoArray(sums, o2 + 2 * L);
        a23.intoArray(sums, o2 + 3 * L);
        a30.intoArray(sums, o3);
        a31.intoArray(sums, o3 + L);
        a32.intoArray(sums, o3 + 2 * L);
        a33.intoArray(sums, o3 + 3 * L);
        a40.intoArray(sums, o4);
        a41.intoArray(sums, o4 + L);
        a42.intoArray(sums, o4 + 2 * L);
        a43.intoArray(sums, o4 + 3 * L);
        a50.intoArray(sums, o5);
        a51.intoArray(sums, o5 + L);
        a52.intoArray(sums, o5 + 2 * L);
        a53.intoArray(sums, o5 + 3 * L);
    }

    private static void values4(Attention a, long c0, long c1, long c2, long c3, int from, int to, int row, int d) {
        long[] blocks = a.values;
        long rowBytes = 4L * a.valueStride;
        float[] s = a.scores;
        float[] sums = a.sums;
        int s0 = row * a.ld;
        int s1 = s0 + a.ld;
        int s2 = s1 + a.ld;
        int s3 = s2 + a.ld;
        int o0 = row * a.lds + d;
        int o1 = o0 + a.lds;
        int o2 = o1 + a.lds;
        int o3 = o2 + a.lds;
        FloatVector a00 = Lanes.load(sums, o0),
                a01 = Lanes.load(sums, o0 + L),
                a02 = Lanes.load(sums, o0 + 2 * L),
                a03 = Lanes.load(sums, o0 + 3 * L);
        FloatVector a10 = Lanes.load(sums, o1),
                a11 = Lanes.load(sums, o1 + L),
                a12 = Lanes.load(sums, o1 + 2 * L),
                a13 = Lanes.load(sums, o1 + 3 * L);
        FloatVector a20 = Lanes.load(sums, o2),
                a21 = Lanes.load(sums, o2 + L),
                a22 = Lanes.load(sums, o2 + 2 * L),
                a23 = Lanes.load(sums, o2 + 3 * L);
        FloatVector a30 = Lanes.load(sums, o3),
                a31 = Lanes.load(sums, o3 + L),
                a32 = Lanes.load(sums, o3 + 2 * L),
                a33 = Lanes.load(sums, o3 + 3 * L);
        for (int key = from; key < to; key++) {
            long at = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = Lanes.load(at + c0);
            FloatVector v1 = Lanes.load(at + c1);
            FloatVector v2 = Lanes.load(at + c2);
            FloatVector v3 = Lanes.load(at + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[s0 + key]);
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
        a00.intoArray(sums, o0);
        a01.intoArray(sums, o0 + L);
        a02.intoArray(sums, o0 + 2 * L);
        a03.intoArray(sums, o0 + 3 * L);
        a10.intoArray(sums, o1);
        a11.intoArray(sums, o1 + L);
        a12.intoArray(sums, o1 + 2 * L);
        a13.intoArray(sums, o1 + 3 * L);
        a20.intoArray(sums, o2);
        a21.intoArray(sums, o2 + L);
        a22.intoArray(sums, o2 + 2 * L);
        a23.intoArray(sums, o2 + 3 * L);
        a30.intoArray(sums, o3);
        a31.intoArray(sums, o3 + L);
        a32.intoArray(sums, o3 + 2 * L);
        a33.intoArray(sums, o3 + 3 * L);
    }

    private static void values3(Attention a, long c0, long c1, long c2, long c3, int from, int to, int row, int d) {
        long[] blocks = a.values;
        long rowBytes = 4L * a.valueStride;
        float[] s = a.scores;
        float[] sums = a.sums;
        int s0 = row * a.ld;
        int s1 = s0 + a.ld;
        int s2 = s1 + a.ld;
        int o0 = row * a.lds + d;
        int o1 = o0 + a.lds;
        int o2 = o1 + a.lds;
        FloatVector a00 = Lanes.load(sums, o0),
                a01 = Lanes.load(sums, o0 + L),
                a02 = Lanes.load(sums, o0 + 2 * L),
                a03 = Lanes.load(sums, o0 + 3 * L);
        FloatVector a10 = Lanes.load(sums, o1),
                a11 = Lanes.load(sums, o1 + L),
                a12 = Lanes.load(sums, o1 + 2 * L),
                a13 = Lanes.load(sums, o1 + 3 * L);
        FloatVector a20 = Lanes.load(sums, o2),
                a21 = Lanes.load(sums, o2 + L),
                a22 = Lanes.load(sums, o2 + 2 * L),
                a23 = Lanes.load(sums, o2 + 3 * L);
        for (int key = from; key < to; key++) {
            long at = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = Lanes.load(at + c0);
            FloatVector v1 = Lanes.load(at + c1);
            FloatVector v2 = Lanes.load(at + c2);
            FloatVector v3 = Lanes.load(at + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[s0 + key]);
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
        a00.intoArray(sums, o0);
        a01.intoArray(sums, o0 + L);
        a02.intoArray(sums, o0 + 2 * L);
        a03.intoArray(sums, o0 + 3 * L);
        a10.intoArray(sums, o1);
        a11.intoArray(sums, o1 + L);
        a12.intoArray(sums, o1 + 2 * L);
        a13.intoArray(sums, o1 + 3 * L);
        a20.intoArray(sums, o2);
        a21.intoArray(sums, o2 + L);
        a22.intoArray(sums, o2 + 2 * L);
        a23.intoArray(sums, o2 + 3 * L);
    }

    private static void values2(Attention a, long c0, long c1, long c2, long c3, int from, int to, int row, int d) {
        long[] blocks = a.values;
        long rowBytes = 4L * a.valueStride;
        float[] s = a.scores;
        float[] sums = a.sums;
        int s0 = row * a.ld;
        int s1 = s0 + a.ld;
        int o0 = row * a.lds + d;
        int o1 = o0 + a.lds;
        FloatVector a00 = Lanes.load(sums, o0),
                a01 = Lanes.load(sums, o0 + L),
                a02 = Lanes.load(sums, o0 + 2 * L),
                a03 = Lanes.load(sums, o0 + 3 * L);
        FloatVector a10 = Lanes.load(sums, o1),
                a11 = Lanes.load(sums, o1 + L),
                a12 = Lanes.load(sums, o1 + 2 * L),
                a13 = Lanes.load(sums, o1 + 3 * L);
        for (int key = from; key < to; key++) {
            long at = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = Lanes.load(at + c0);
            FloatVector v1 = Lanes.load(at + c1);
            FloatVector v2 = Lanes.load(at + c2);
            FloatVector v3 = Lanes.load(at + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[s0 + key]);
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
        a00.intoArray(sums, o0);
        a01.intoArray(sums, o0 + L);
        a02.intoArray(sums, o0 + 2 * L);
        a03.intoArray(sums, o0 + 3 * L);
        a10.intoArray(sums, o1);
        a11.intoArray(sums, o1 + L);
        a12.intoArray(sums, o1 + 2 * L);
        a13.intoArray(sums, o1 + 3 * L);
    }

    private static void values1(Attention a, long c0, long c1, long c2, long c3, int from, int to, int row, int d) {
        long[] blocks = a.values;
        long rowBytes = 4L * a.valueStride;
        float[] s = a.scores;
        float[] sums = a.sums;
        int s0 = row * a.ld;
        int o0 = row * a.lds + d;
        FloatVector a00 = Lanes.load(sums, o0),
                a01 = Lanes.load(sums, o0 + L),
                a02 = Lanes.load(sums, o0 + 2 * L),
                a03 = Lanes.load(sums, o0 + 3 * L);
        for (int key = from; key < to; key++) {
            long at = blocks[key >> 4] + (key & 15) * rowBytes;
            FloatVector v0 = Lanes.load(at + c0);
            FloatVector v1 = Lanes.load(at + c1);
            FloatVector v2 = Lanes.load(at + c2);
            FloatVector v3 = Lanes.load(at + c3);
            FloatVector p0 = FloatVector.broadcast(Lanes.F, s[s0 + key]);
            a00 = v0.fma(p0, a00);
            a01 = v1.fma(p0, a01);
            a02 = v2.fma(p0, a02);
            a03 = v3.fma(p0, a03);
        }
        a00.intoArray(sums, o0);
        a01.intoArray(sums, o0 + L);
        a02.intoArray(sums, o0 + 2 * L);
        a03.intoArray(sums, o0 + 3 * L);
    }
}
