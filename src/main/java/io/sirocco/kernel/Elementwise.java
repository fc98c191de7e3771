package io.sirocco.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What lies between the matrices, in vectors; what does not fill a vector is done one by one, with the same bits. A sum passes once
 * over the values for each group of virtual lanes, just once with 512 bits.
 *
 * <p>A vector that a loop carries is only ever an argument, never the object that a method is called on: C2 does not know its class
 * until it has seen the whole loop, and may box it.
 */
final class Elementwise {

    private static final int L = Lanes.COUNT;

    /** Bits of infinity. */
    private static final int INFINITY = 0x7F800000;

    private Elementwise() {}

    /** y += x. */
    static void add(float[] x, int xo, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - L; i += L) {
            Lanes.load(y, yo + i).add(Lanes.load(x, xo + i)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = y[yo + i] + x[xo + i];
        }
    }

    /** y = silu(gate) * up for 16 hidden units: their gates at x[xo ..], then their ups. */
    static void swiglu(float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < 16; i += L) {
            FloatVector gate = Lanes.load(x, xo + i);
            FloatVector up = Lanes.load(x, xo + 16 + i);
            gate.div(Lanes.exp(gate.neg()).add(1f)).mul(up).intoArray(y, yo + i);
        }
    }

    /** y = x / by. */
    static void divide(float[] x, int xo, float by, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - L; i += L) {
            Lanes.load(x, xo + i).div(by).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = x[xo + i] / by;
        }
    }

    static void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, float[] lanes) {
        int whole = n & -16;
        for (int g = 0; g < 16; g += L) {
            FloatVector squares = FloatVector.zero(Lanes.F);
            for (int i = g; i < whole; i += 16) {
                FloatVector v = Lanes.load(x, xo + i);
                squares = v.fma(v, squares);
            }
            squares.intoArray(lanes, g);
        }
        for (int i = whole; i < n; i++) {
            lanes[i & 15] = Math.fma(x[xo + i], x[xo + i], lanes[i & 15]);
        }
        float scale = Numerics.inverseRootMean(Numerics.sum(lanes, 0), n, eps);
        int i = 0;
        for (; i <= n - L; i += L) {
            Lanes.load(x, xo + i).mul(scale).mul(Lanes.load(weight, i)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = x[xo + i] * scale * weight[i];
        }
    }

    static void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
        int half = headDim / 2;
        int i = 0;
        for (; i <= half - L; i += L) {
            FloatVector a = Lanes.load(x, xo + i);
            FloatVector b = Lanes.load(x, xo + half + i);
            FloatVector cos = Lanes.load(cosSin, co + i);
            FloatVector sin = Lanes.load(cosSin, co + half + i);
            a.fma(cos, b.mul(sin).neg()).mul(scale).intoArray(x, xo + i);
            b.fma(cos, a.mul(sin)).mul(scale).intoArray(x, xo + half + i);
        }
        ScalarProvider.ropeFrom(i, x, xo, headDim, cosSin, co, scale);
    }

    /**
     * NaN if one is. Compares the bits as integers, which takes one instruction where floats, for NaN and signed zeros, take six that wait
     * for each other. A NaN's bits are above infinity's or, with the sign set, below minus infinity's.
     */
    static float max(float[] x, int o, int n) {
        IntVector top = IntVector.broadcast(Lanes.I, Integer.MIN_VALUE);
        IntVector bottom = IntVector.broadcast(Lanes.I, Integer.MAX_VALUE);
        int i = 0;
        for (; i <= n - L; i += L) {
            IntVector bits = Lanes.load(x, o + i).reinterpretAsInts();
            IntVector ordered = bits.lanewise(
                    VectorOperators.XOR, bits.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1));
            top = ordered.max(top);
            bottom = ordered.min(bottom);
        }
        int most = top.reduceLanes(VectorOperators.MAX);
        int least = bottom.reduceLanes(VectorOperators.MIN);
        for (; i < n; i++) {
            int ordered = ordered(Float.floatToRawIntBits(x[o + i]));
            most = Math.max(most, ordered);
            least = Math.min(least, ordered);
        }
        boolean nan = most > INFINITY || least < ordered(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        return nan ? Float.NaN : Float.intBitsToFloat(ordered(most));
    }

    /** The bits of a float to an integer in the order of the floats, and back. */
    private static int ordered(int bits) {
        return bits ^ bits >> 31 >>> 1;
    }

    static int argmax(float[] x, int o, int n) {
        float max = max(x, o, n);
        if (Float.isNaN(max)) {
            return -1;
        }
        int i = 0;
        while (i <= n - L
                && !Lanes.load(x, o + i).compare(VectorOperators.EQ, max).anyTrue()) {
            i += L;
        }
        while (x[o + i] != max) {
            i++;
        }
        return i;
    }

    /**
     * x to exp(x - max), and their sum in virtual lanes, which begin with x[o].
     *
     * @param n a multiple of 16
     */
    static float softmax(float[] x, int o, int n, float[] lanes) {
        float max = max(x, o, n);
        for (int g = 0; g < 16; g += L) {
            FloatVector sum = FloatVector.zero(Lanes.F);
            for (int i = g; i < n; i += 16) {
                FloatVector e = Lanes.exp(Lanes.load(x, o + i).sub(max));
                e.intoArray(x, o + i);
                sum = e.add(sum);
            }
            sum.intoArray(lanes, g);
        }
        return Numerics.sum(lanes, 0);
    }

    static void exp(float[] x, int o, int n, float max, float temperature, float[] y) {
        int i = 0;
        for (; i <= n - L; i += L) {
            Lanes.exp(Lanes.load(x, o + i).sub(max).div(temperature)).intoArray(y, i);
        }
        for (; i < n; i++) {
            y[i] = Numerics.exp((x[o + i] - max) / temperature);
        }
    }

    static double logSumExp(float[] x, int o, int n, float[] lanes) {
        float max = max(x, o, n);
        if (Float.isInfinite(max)) {
            return max;
        }
        double sum = 0;
        for (int b = 0; b < n; b += Provider.LOG_SUM_EXP_BLOCK) {
            sum += sumExp(x, o + b, Math.min(n - b, Provider.LOG_SUM_EXP_BLOCK), max, lanes);
        }
        return max + StrictMath.log(sum);
    }

    private static float sumExp(float[] x, int o, int n, float max, float[] lanes) {
        Arrays.fill(lanes, 0f);
        int whole = n & -16;
        for (int g = 0; g < 16; g += L) {
            FloatVector sum = FloatVector.zero(Lanes.F);
            for (int i = g; i < whole; i += 16) {
                sum = Lanes.exp(Lanes.load(x, o + i).sub(max)).add(sum);
            }
            sum.intoArray(lanes, g);
        }
        for (int i = whole; i < n; i++) {
            lanes[i & 15] += Numerics.exp(x[o + i] - max);
        }
        return Numerics.sum(lanes, 0);
    }
}
