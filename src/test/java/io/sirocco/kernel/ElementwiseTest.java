package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-width")
class ElementwiseTest {

    private static final int[] SIZES = {1, 2, 5, 8, 15, 16, 17, 24, 31, 32, 72, 100, 576, 1023, 1024, 1025, 2500};

    private final Team team = new Team(1);

    @AfterEach
    void close() {
        team.close();
    }

    @Test
    void normalisedRowsHaveTheBitsOfTheOracle() {
        for (int n : SIZES) {
            float[] x = Bits.random(n + 3, n);
            float[] weight = Bits.random(n, n + 1);
            float[] expected = new float[n + 4];
            float[] actual = new float[n + 4];
            team.run(worker -> {
                Kernels.scalar().rmsNorm(x, 1, weight, 1e-5f, expected, 2, n, worker);
                Kernels.get().rmsNorm(x, 1, weight, 1e-5f, actual, 2, n, worker);
            });
            Bits.assertSame(expected, actual, () -> n + " values");
            double squares = 0;
            for (int i = 1; i <= n; i++) {
                squares += (double) x[i] * x[i];
            }
            double scale = 1 / Math.sqrt(squares / n + 1e-5);
            for (int i = 0; i < n; i++) {
                assertEquals(x[i + 1] * scale * weight[i], actual[i + 2], 1e-5);
            }
        }
    }

    @Test
    void rotatedHeadsHaveTheBitsOfTheOracle() {
        for (int headDim : new int[] {2, 6, 8, 24, 32, 64, 80, 96, 128, 256}) {
            int half = headDim / 2;
            float[] x = Bits.random(headDim + 2, headDim);
            float[] table = new float[headDim + 1];
            for (int i = 0; i < half; i++) {
                table[1 + i] = (float) Math.cos(i * 0.37);
                table[1 + half + i] = (float) Math.sin(i * 0.37);
            }
            float[] expected = x.clone();
            float[] actual = x.clone();
            Kernels.scalar().rope(expected, 1, headDim, table, 1, 0.3f);
            Kernels.get().rope(actual, 1, headDim, table, 1, 0.3f);
            Bits.assertSame(expected, actual, () -> "headDim " + headDim);
            for (int i = 0; i < half; i++) {
                double c = Math.cos(i * 0.37);
                double s = Math.sin(i * 0.37);
                assertEquals(0.3 * (x[1 + i] * c - x[1 + half + i] * s), actual[1 + i], 1e-6);
                assertEquals(0.3 * (x[1 + half + i] * c + x[1 + i] * s), actual[1 + half + i], 1e-6);
            }
        }
    }

    @Test
    void theLowestIndexAmongTheLargestWins() {
        Random random = new Random(1);
        for (int n : SIZES) {
            for (int round = 0; round < 20; round++) {
                float[] x = new float[n + 2];
                for (int i = 0; i < x.length; i++) {
                    x[i] = random.nextInt(3) - 1;
                }
                x[0] = 9f;
                x[n + 1] = 9f;
                int expected = 0;
                for (int i = 1; i < n; i++) {
                    expected = x[1 + i] > x[1 + expected] ? i : expected;
                }
                assertEquals(expected, Kernels.scalar().argmax(x, 1, n));
                assertEquals(expected, Kernels.get().argmax(x, 1, n));
            }
        }
    }

    @Test
    void argmaxOfSpecialValues() {
        for (int n : SIZES) {
            float[] x = new float[n];
            Arrays.fill(x, Float.NEGATIVE_INFINITY);
            assertArgmax(0, x);
            x[n - 1] = Float.POSITIVE_INFINITY;
            assertArgmax(n - 1, x);
            x[n / 2] = Float.NaN;
            assertArgmax(-1, x);
            Arrays.fill(x, 0f);
            x[0] = -0f;
            assertArgmax(0, x);
        }
    }

    private static void assertArgmax(int expected, float[] x) {
        assertEquals(expected, Kernels.scalar().argmax(x, 0, x.length));
        assertEquals(expected, Kernels.get().argmax(x, 0, x.length));
    }

    @Test
    void exponentialsHaveTheBitsOfTheOracleAndAreRight() {
        for (int n : SIZES) {
            for (float temperature : new float[] {Float.MIN_NORMAL, 0.7f, 3f}) {
                float[] x = Bits.random(n + 1, n);
                x[n] = Float.NEGATIVE_INFINITY;
                float[] expected = new float[n];
                float[] actual = new float[n];
                Kernels.scalar().exp(x, 1, n, 2f, temperature, expected);
                Kernels.get().exp(x, 1, n, 2f, temperature, actual);
                Bits.assertSame(expected, actual, () -> n + " values");
                for (int i = 0; i < n; i++) {
                    double exact = Math.exp((x[1 + i] - 2.0) / temperature);
                    assertEquals(exact, actual[i], 1e-6 * exact + 1e-37);
                }
            }
        }
    }

    @Test
    void logSumExpHasTheBitsOfTheOracle() {
        for (int n : SIZES) {
            for (float size : new float[] {0.1f, 5f, 100f, 1e30f}) {
                float[] x = Bits.random(n + 1, n);
                for (int i = 0; i < x.length; i++) {
                    x[i] *= size;
                }
                for (int i = 2; i < n; i += 5) {
                    x[i] = Float.NEGATIVE_INFINITY;
                }
                assertLogSumExp(x, 1, n);
            }
        }
    }

    @Test
    void logSumExpOfSpecialValues() {
        for (int n : SIZES) {
            float[] x = new float[n];
            Arrays.fill(x, Float.NEGATIVE_INFINITY);
            assertLogSumExp(x, 0, n);
            x[n - 1] = 3f;
            assertLogSumExp(x, 0, n);
            x[n / 2] = Float.POSITIVE_INFINITY;
            assertLogSumExp(x, 0, n);
            x[0] = Float.NaN;
            assertLogSumExp(x, 0, n);
        }
    }

    private void assertLogSumExp(float[] x, int o, int n) {
        double[] actual = new double[2];
        team.run(worker -> {
            actual[0] = Kernels.scalar().logSumExp(x, o, n, worker);
            actual[1] = Kernels.get().logSumExp(x, o, n, worker);
        });
        assertEquals(Double.doubleToLongBits(actual[0]), Double.doubleToLongBits(actual[1]), n + " values");
        double top = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            top = Math.max(top, x[o + i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(x[o + i] - top);
        }
        double exact = Double.isInfinite(top) ? top : top + Math.log(sum);
        assertEquals(exact, actual[0], Double.isFinite(exact) ? Math.max(1, Math.abs(exact)) * 1e-6 : 0);
    }

    @Test
    void expIsRightToAUnitAndAHalf() {
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) {
            float x = (float) (random.nextDouble() * 175.7 - 87);
            double exact = Math.exp(x);
            assertTrue(Math.abs(Numerics.exp(x) - exact) <= 1.5 * Math.ulp((float) exact), () -> "exp(" + x + ")");
        }
        assertEquals(1f, Numerics.exp(0f));
        assertEquals(1f, Numerics.exp(-0f));
        assertEquals(0f, Numerics.exp(-87.001f));
        assertEquals(0f, Numerics.exp(Float.NEGATIVE_INFINITY));
        assertEquals(Float.POSITIVE_INFINITY, Numerics.exp(88.73f));
        assertEquals(Float.POSITIVE_INFINITY, Numerics.exp(Float.POSITIVE_INFINITY));
        assertTrue(Float.isNaN(Numerics.exp(Float.NaN)));
        assertTrue(Float.isFinite(Numerics.exp(Numerics.EXP_MAX)));
    }
}
