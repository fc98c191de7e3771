package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.kernel.Kernels.Then;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("every-width")
class MultiplyTest {

    private static final int[] TOKENS =
            IntStream.concat(IntStream.rangeClosed(1, 20), IntStream.of(97)).toArray();

    private final Arena arena = Arena.ofShared();
    private final Team alone = new Team(1);
    private final Team pair = new Team(2);

    @AfterEach
    void close() {
        alone.close();
        pair.close();
        arena.close();
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void everyShapeHasTheBitsOfTheOracle(WeightType type) {
        Random random = new Random(type.blockBytes());
        int block = type.blockValues();
        int[] columns = block == 1 ? new int[] {1, 24, 72, 176} : new int[] {block, 3 * block, 5 * block};
        for (int tokens : TOKENS) {
            int k = columns[random.nextInt(columns.length)];
            int rows = 1 + random.nextInt(100);
            Linear w = tokens % 3 == 0 ? linear(type, k, rows, 40, 16) : linear(type, k, rows);
            int ldx = k + random.nextInt(5);
            float[] x = Bits.random(tokens * ldx, tokens);
            assertMatches(w, x, ldx, tokens, w.rows() + random.nextInt(5), Then.STORE);
            assertMatches(w, x, ldx, tokens, w.rows() + random.nextInt(5), Then.ADD);
            int hidden = 1 + random.nextInt(40);
            RandomWeights gate = RandomWeights.of(type, hidden, k, random.nextLong());
            RandomWeights up = RandomWeights.of(type, hidden, k, random.nextLong());
            Linear gateUp = new Linear(List.of(RowMatrix.gateUp(type, hidden, k, gate.source(), up.source())
                    .pack(arena)));
            assertEquals(0, gateUp.rows() % 32);
            assertMatches(gateUp, x, ldx, tokens, gateUp.rows() / 2 + random.nextInt(5), Then.SWIGLU);
        }
    }

    private void assertMatches(Linear w, float[] x, int ldx, int tokens, int ldy, Then then) {
        float[] expected = Bits.random(tokens * ldy, 5);
        float[] actual = expected.clone();
        float[] shared = expected.clone();
        multiply(Kernels.scalar(), alone, w, x, ldx, tokens, expected, ldy, then);
        multiply(Kernels.get(), alone, w, x, ldx, tokens, actual, ldy, then);
        multiply(Kernels.get(), pair, w, x, ldx, tokens, shared, ldy, then);
        Bits.assertSame(expected, actual, () -> describe(w, tokens, then));
        Bits.assertSame(expected, shared, () -> describe(w, tokens, then) + " by two workers");
    }

    private static String describe(Linear w, int tokens, Then then) {
        return then + " " + w.parts().getFirst().type() + " " + w.rows() + " x " + w.columns() + ", " + tokens
                + " tokens";
    }

    private static void multiply(
            Kernels kernels, Team team, Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Then then) {
        team.run(worker -> {
            kernels.multiply(w, x, ldx, tokens, y, ldy, then, worker);
            worker.barrier();
        });
    }

    private Linear linear(WeightType type, int columns, int... rows) {
        return new Linear(IntStream.of(rows)
                .mapToObj(r -> RandomWeights.of(type, r, columns, r).pack(arena))
                .toList());
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void packedWeightsMultiplyLikeTheFloatsTheyStandFor(WeightType type) {
        int columns = RandomWeights.columns(type, 160);
        RandomWeights weights = RandomWeights.of(type, 75, columns, 3);
        Linear packed = new Linear(List.of(weights.pack(arena)));
        Linear floats = new Linear(List.of(weights.packAsFloats(arena)));
        for (int tokens : new int[] {1, 2, 7, 100}) {
            float[] x = Bits.random(tokens * columns, tokens);
            float[] expected = new float[tokens * 75];
            float[] actual = new float[tokens * 75];
            multiply(Kernels.get(), alone, floats, x, columns, tokens, expected, 75, Then.STORE);
            multiply(Kernels.get(), alone, packed, x, columns, tokens, actual, 75, Then.STORE);
            Bits.assertSame(expected, actual, () -> type + ", " + tokens + " tokens");
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void theOracleIsRightAgainstDoubles(WeightType type) {
        int columns = RandomWeights.columns(type, 96);
        RandomWeights weights = RandomWeights.of(type, 50, columns, 4);
        float[] x = Bits.random(3 * columns, 1);
        float[] y = new float[3 * 50];
        multiply(Kernels.scalar(), alone, new Linear(List.of(weights.pack(arena))), x, columns, 3, y, 50, Then.STORE);
        for (int t = 0; t < 3; t++) {
            for (int r = 0; r < 50; r++) {
                double sum = 0;
                double size = 0;
                for (int k = 0; k < columns; k++) {
                    double product = (double) weights.values()[r][k] * x[t * columns + k];
                    sum += product;
                    size += Math.abs(product);
                }
                assertEquals(sum, y[t * 50 + r], size * 1e-6);
            }
        }
    }

    @Test
    void swigluIsRightAgainstDoubles() {
        int hidden = 24;
        RandomWeights gate = RandomWeights.of(WeightType.F32, hidden, 40, 1);
        RandomWeights up = RandomWeights.of(WeightType.F32, hidden, 40, 2);
        Linear w = new Linear(List.of(RowMatrix.gateUp(WeightType.F32, hidden, 40, gate.source(), up.source())
                .pack(arena)));
        float[] x = Bits.random(40, 3);
        float[] y = new float[32];
        multiply(Kernels.scalar(), alone, w, x, 40, 1, y, 32, Then.SWIGLU);
        for (int i = 0; i < 32; i++) {
            double g = 0;
            double u = 0;
            for (int k = 0; k < 40 && i < hidden; k++) {
                g += (double) gate.values()[i][k] * x[k];
                u += (double) up.values()[i][k] * x[k];
            }
            assertEquals(g / (1 + Math.exp(-g)) * u, y[i], 1e-5 * (1 + Math.abs(g * u)));
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void rowsAreWidenedExactly(WeightType type) {
        int columns = RandomWeights.columns(type, 320);
        RandomWeights weights = RandomWeights.of(type, 70, columns, 6);
        Matrix matrix = weights.pack(arena);
        assertEquals(96 * type.rowBytes(columns), matrix.bytes());
        float[] out = new float[columns + 1];
        for (int r = 0; r < 70; r++) {
            matrix.row(r, out, 1);
            for (int k = 0; k < columns; k++) {
                assertEquals(weights.values()[r][k], out[k + 1]);
            }
        }
    }

    @Test
    void argumentsThatDoNotFitAreRefused() {
        Linear w = linear(WeightType.F32, 8, 40);
        Linear gateUp = new Linear(List.of(RowMatrix.gateUp(
                        WeightType.F32,
                        3,
                        8,
                        RandomWeights.of(WeightType.F32, 3, 8, 1).source(),
                        r -> null)
                .pack(arena)));
        alone.run(worker -> {
            float[] x = new float[16];
            float[] y = new float[80];
            Kernels k = Kernels.get();
            assertRefused("x has 16 floats", () -> k.multiply(w, x, 9, 2, y, 40, Then.STORE, worker));
            assertRefused("stride 7", () -> k.multiply(w, x, 7, 2, y, 40, Then.STORE, worker));
            assertRefused("y has 80 floats", () -> k.multiply(w, x, 8, 2, y, 41, Then.STORE, worker));
            assertRefused("gateUp", () -> k.multiply(w, x, 8, 2, y, 40, Then.SWIGLU, worker));
            assertRefused("same array", () -> k.multiply(w, y, 8, 2, y, 40, Then.STORE, worker));
            k.multiply(gateUp, x, 8, 2, y, 16, Then.SWIGLU, worker);
            k.multiply(w, x, 8, 0, y, 40, Then.STORE, worker);
        });
    }

    private static void assertRefused(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
