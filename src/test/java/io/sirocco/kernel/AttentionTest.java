package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-width")
class AttentionTest {

    private static final int KV_HEADS = 2;
    private static final int KV_HEAD = 1;

    private final Arena arena = Arena.ofShared();
    private final Team team = new Team(1);

    @AfterEach
    void close() {
        team.close();
        arena.close();
    }

    /** A sequence of n tokens of one KV head, its queries and what its attention must be. */
    private final class Sequence {
        final KvLayout layout;
        final int group;
        final int headDim;
        final int n;
        final int ld;
        final float[] q;
        final float[] k;
        final float[] v;

        Sequence(KvType type, int n, int group, int headDim, float size, long seed) {
            this.layout = new KvLayout(KV_HEADS, headDim, type);
            this.group = group;
            this.headDim = headDim;
            this.n = n;
            this.ld = group * headDim + 3;
            q = Bits.random(n * ld, seed);
            k = Bits.random(n * headDim, seed + 1);
            v = Bits.random(n * headDim, seed + 2);
            for (int i = 0; i < q.length; i++) {
                q[i] *= size / (float) Math.sqrt(headDim);
            }
        }

        /** Attention in calls of the given numbers of tokens, over a ring of blocks in memory full of NaN. */
        float[] run(Kernels kernels, int window, int ring, int... splits) {
            int[] table = new int[ring];
            for (int b = 0; b < ring; b++) {
                table[b] = ring - b;
            }
            MemorySegment pool = AlignedMemory.allocate(arena, layout.blockBytes() * (ring + 1));
            // All bits set is NaN in every type.
            pool.fill((byte) -1);
            float[] out = new float[n * ld];
            Arrays.fill(out, 7f);
            team.run(worker -> {
                int position = 0;
                for (int s = 0; position < n; s++) {
                    int tokens = Math.min(splits[s % splits.length], n - position);
                    for (int p = position; p < position + tokens; p++) {
                        int block = table[(p >> 4) % ring];
                        kernels.storeKeyValue(layout, pool, block, KV_HEAD, p & 15, k, p * headDim, v, p * headDim);
                    }
                    kernels.attention(
                            layout,
                            pool,
                            table,
                            KV_HEAD,
                            group,
                            q,
                            position * ld,
                            ld,
                            out,
                            position * ld,
                            ld,
                            tokens,
                            position,
                            window,
                            worker);
                    position += tokens;
                }
            });
            return out;
        }

        double reference(int p, int g, int i, int window) {
            double sum = 0;
            double value = 0;
            for (int j = Math.max(0, p - window + 1); j <= p; j++) {
                double score = 0;
                for (int d = 0; d < headDim; d++) {
                    score += (double) q[p * ld + g * headDim + d] * k[j * headDim + d];
                }
                sum += Math.exp(score);
                value += Math.exp(score) * v[j * headDim + i];
            }
            return value / sum;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F32, 1, 8",
        "F32, 2, 24",
        "F32, 3, 64",
        "F32, 4, 80",
        "F32, 5, 16",
        "F32, 7, 2",
        "F32, 8, 6",
        "F32, 9, 32",
        "F32, 11, 4",
        "BF16, 1, 8",
        "BF16, 2, 24",
        "BF16, 3, 64",
        "BF16, 4, 80",
        "BF16, 5, 16",
        "BF16, 7, 2",
        "BF16, 8, 6",
        "BF16, 9, 32",
        "BF16, 11, 4"
    })
    void windowsSplitsAndRingsHaveTheBitsOfTheOracle(KvType type, int group, int headDim) {
        int n = 110;
        Sequence s = new Sequence(type, n, group, headDim, 3f, group);
        for (int window : new int[] {1, 5, 23, 64, Integer.MAX_VALUE}) {
            int blocks = n / 16 + 1;
            float[] expected = s.run(Kernels.scalar(), window, blocks, n);
            Bits.assertSame(expected, s.run(Kernels.get(), window, blocks, n), () -> "at once, window " + window);
            int ring = Math.min(blocks, (Math.min(n, window) + 14 + 16) / 16 + 1);
            Bits.assertSame(expected, s.run(Kernels.get(), window, ring, 1), () -> "one by one, window " + window);
            int wide = Math.min(blocks, ring + 2);
            Bits.assertSame(
                    expected, s.run(Kernels.get(), window, wide, 7, 2, 17, 1), () -> "in pieces, window " + window);
        }
    }

    @ParameterizedTest
    @EnumSource
    void longContextsHaveTheBitsOfTheOracle(KvType type) {
        Sequence s = new Sequence(type, 700, 3, 8, 1f, 2);
        float[] expected = s.run(Kernels.scalar(), 600, 44, 700);
        Bits.assertSame(expected, s.run(Kernels.get(), 600, 44, 700), () -> "at once");
        Bits.assertSame(expected, s.run(Kernels.get(), 600, 44, 512, 70, 1), () -> "in pieces");
    }

    /** What is off by more than f32 rounding is off by the rounding of keys and values, up to 2^-9 of each. */
    @ParameterizedTest
    @CsvSource({"F32, 3e-6", "BF16, 0.03"})
    void theOracleIsRightAgainstDoublesAndLeavesTheRestOfARowAlone(KvType type, double tolerance) {
        Sequence s = new Sequence(type, 60, 2, 24, 2f, 1);
        float[] out = s.run(Kernels.scalar(), 37, 4, 60);
        for (int p = 0; p < s.n; p++) {
            for (int i = 0; i < 48; i++) {
                assertEquals(s.reference(p, i / 24, i % 24, 37), out[p * s.ld + i], tolerance);
            }
            assertEquals(7f, out[p * s.ld + 48]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 24, 34, 80})
    void whatBf16HoldsExactlyHasTheBitsOfF32(int headDim) {
        Sequence f32 = new Sequence(KvType.F32, 150, 2, headDim, 3f, 4);
        Sequence bf16 = new Sequence(KvType.BF16, 150, 2, headDim, 3f, 4);
        for (Sequence s : List.of(f32, bf16)) {
            truncate(s.k);
            truncate(s.v);
        }
        float[] expected = f32.run(Kernels.scalar(), 100, 10, 150);
        Bits.assertSame(expected, bf16.run(Kernels.scalar(), 100, 10, 150), () -> "the oracle");
        Bits.assertSame(expected, bf16.run(Kernels.get(), 100, 10, 150), () -> "this provider");
    }

    /** To what an f32 is without its low 16 bits. */
    private static void truncate(float[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(x[i]) & 0xFFFF0000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void extremeScoresHaveTheBitsOfTheOracle(KvType type) {
        Sequence s = new Sequence(type, 70, 3, 16, 200f, 9);
        Bits.assertSame(s.run(Kernels.scalar(), 50, 5, 70), s.run(Kernels.get(), 50, 5, 70), () -> "large scores");
        Random random = new Random(1);
        for (int i = 0; i < 5; i++) {
            s.k[random.nextInt(s.k.length)] = i % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        }
        Bits.assertSame(s.run(Kernels.scalar(), 50, 5, 70), s.run(Kernels.get(), 50, 5, 70), () -> "non-finite scores");
    }

    @Test
    void argumentsThatDoNotFitAreRefused() {
        KvLayout layout = new KvLayout(1, 8, KvType.F32);
        MemorySegment pool = AlignedMemory.allocate(arena, 4 * layout.blockBytes());
        float[] x = new float[64];
        Kernels kernels = Kernels.get();
        team.run(worker -> {
            assertRefused(
                    "the table has 2",
                    () -> kernels.attention(
                            layout, pool, new int[] {0, 1}, 0, 1, x, 0, 8, x, 0, 8, 8, 40, 100, worker));
            assertRefused(
                    "block 4 is outside",
                    () -> kernels.attention(layout, pool, new int[] {4}, 0, 1, x, 0, 8, x, 0, 8, 8, 0, 8, worker));
            assertRefused(
                    "kvHead is 1",
                    () -> kernels.attention(layout, pool, new int[] {3}, 1, 1, x, 0, 8, x, 0, 8, 8, 0, 8, worker));
            assertRefused(
                    "q has 64",
                    () -> kernels.attention(layout, pool, new int[] {3}, 0, 1, x, 1, 8, x, 0, 8, 8, 0, 8, worker));
        });
        assertRefused("slot", () -> kernels.storeKeyValue(layout, pool, 0, 0, 16, x, 0, x, 0));
        assertRefused("v has 64", () -> kernels.storeKeyValue(layout, pool, 0, 0, 1, x, 0, x, 60));
    }

    private static void assertRefused(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
