package io.sirocco.kernel;

/** The functions on single numbers that all providers share, bit for bit. */
final class Numerics {

    /** Below this exp is 0: the results would be subnormal. */
    static final float EXP_MIN = -87f;

    /** ln(Float.MAX_VALUE): above this exp is infinite. */
    static final float EXP_MAX = 88.72283f;

    static final float LOG2_E = 1.442695f;

    /** 1.5 * 2^23: adding it rounds to an integer, to nearest even, which then stands in the low bits. */
    static final float ROUND = 12582912f;

    /** ln 2 in two pieces; multiples of the first are exact for every exponent (Cody and Waite 1980). */
    static final float LN2_HIGH = 355 / 512f;

    static final float LN2_LOW = -2.1219444e-4f;

    static final float C2 = 1 / 2f;
    static final float C3 = 1 / 6f;
    static final float C4 = 1 / 24f;
    static final float C5 = 1 / 120f;
    static final float C6 = 1 / 720f;
    static final float C7 = 1 / 5040f;

    private Numerics() {}

    /**
     * exp(x) = 2^n exp(r), n = round(x / ln 2): a Taylor polynomial of degree 7 in r, |r| <= ln(2) / 2, where what it leaves out is
     * below a tenth of a unit in the last place. Right to about 1 unit; 0 below -87, infinite above ln(Float.MAX_VALUE), NaN of NaN.
     */
    static float exp(float x) {
        if (x < EXP_MIN) {
            return 0f;
        }
        if (!(x <= EXP_MAX)) {
            return x * Float.POSITIVE_INFINITY;
        }
        float t = Math.fma(x, LOG2_E, ROUND);
        float n = t - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(r, C7, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
    }

    /** silu(g) = g / (1 + exp(-g)) (Elfwing et al. 2017). */
    static float silu(float g) {
        return g / (exp(-g) + 1f);
    }

    /** The sum of 16 virtual lanes from o on, as one fixed tree. */
    static float sum(float[] lanes, int o) {
        float a = (lanes[o] + lanes[o + 8]) + (lanes[o + 4] + lanes[o + 12]);
        float b = (lanes[o + 2] + lanes[o + 10]) + (lanes[o + 6] + lanes[o + 14]);
        float c = (lanes[o + 1] + lanes[o + 9]) + (lanes[o + 5] + lanes[o + 13]);
        float d = (lanes[o + 3] + lanes[o + 11]) + (lanes[o + 7] + lanes[o + 15]);
        return (a + b) + (c + d);
    }

    /**
     * x rounded to bf16 (an f32 without its low 16 bits) to nearest even. What is too large becomes infinite, as in any rounding;
     * infinities stay, and NaN stays NaN (quiet, for its payload may have stood in the bits that go).
     */
    static short floatToBf16(float x) {
        int bits = Float.floatToRawIntBits(x);
        if (Float.isNaN(x)) {
            return (short) (bits >>> 16 | 0x40);
        }
        // Half a unit, less one bit if the last bit kept is even. A carry into the exponent is the right one.
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    /** The value of a bf16, exactly. */
    static float bf16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** 1 / sqrt(mean + eps) of n squares. */
    static float inverseRootMean(float sumOfSquares, int n, float eps) {
        return (float) (1 / Math.sqrt(sumOfSquares / n + eps));
    }
}
