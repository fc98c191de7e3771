package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;
import java.util.function.Supplier;

/** Random floats, and equality of floats by their bits (all NaNs being one). */
final class Bits {

    private Bits() {}

    static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    static void assertSame(float[] expected, float[] actual, Supplier<String> what) {
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
                fail(what.get() + ": [" + i + "] is " + actual[i] + "; expected " + expected[i]);
            }
        }
    }
}
