package io.sirocco.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirocco.Allocation;
import io.sirocco.kernel.Kernels.Then;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C2 compiles every kernel to vectors in registers: once it has, none allocates. */
@Tag("every-width")
class KernelAllocationTest {

    private static final int COLUMNS = 256;
    private static final int HEAD_DIM = 64;
    private static final int POSITION = 100;
    private static final int VALUES = 1000;

    private final Kernels kernels = Kernels.get();
    private final Arena arena = Arena.ofShared();
    private final Team team = new Team(1);

    @BeforeAll
    static void theOracleHasNoVectors() {
        assumeTrue(Kernels.get() != Kernels.scalar(), "the kernels are scalar: no vectors, and slow");
    }

    @AfterEach
    void close() {
        team.close();
        arena.close();
    }

    private void assertNothing(String what, Consumer<Worker> kernel) {
        Allocation.assertAtMost(0, what, () -> team.run(kernel));
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void multiply(WeightType type) {
        for (int rows : new int[] {96, 128}) {
            Linear w = new Linear(
                    List.of(RandomWeights.of(type, rows, COLUMNS, rows).pack(arena)));
            for (int tokens : new int[] {1, 2, 8, 32, 100}) {
                float[] x = new float[tokens * COLUMNS];
                float[] y = new float[tokens * rows];
                for (Then then : Then.values()) {
                    assertNothing(
                            then + " " + type + " " + rows + " x " + COLUMNS + ", " + tokens + " tokens",
                            worker -> kernels.multiply(w, x, COLUMNS, tokens, y, rows, then, worker));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void attention(KvType type) {
        KvLayout layout = new KvLayout(1, HEAD_DIM, type);
        int[] table = IntStream.rangeClosed(0, (POSITION + 16) / KvLayout.BLOCK_TOKENS)
                .toArray();
        MemorySegment pool = AlignedMemory.allocate(arena, table.length * layout.blockBytes());
        for (int tokens : new int[] {1, 16}) {
            for (int group : new int[] {1, 2, 3, 4, 5, 8}) {
                int width = group * HEAD_DIM;
                float[] q = new float[tokens * width];
                float[] out = new float[tokens * width];
                for (int window : new int[] {40, Integer.MAX_VALUE}) {
                    assertNothing(
                            "attention over " + type + " of " + tokens + " tokens, group " + group + ", window "
                                    + window,
                            worker -> kernels.attention(
                                    layout, pool, table, 0, group, q, 0, width, out, 0, width, tokens, POSITION, window,
                                    worker));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void storeKeyValue(KvType type) {
        KvLayout layout = new KvLayout(1, HEAD_DIM, type);
        MemorySegment pool = AlignedMemory.allocate(arena, layout.blockBytes());
        float[] kv = new float[2 * HEAD_DIM];
        assertNothing(
                "storeKeyValue to " + type, _ -> kernels.storeKeyValue(layout, pool, 0, 0, 3, kv, 0, kv, HEAD_DIM));
    }

    @Test
    void elementwise() {
        float[] x = Bits.random(VALUES, 1);
        float[] y = new float[VALUES];
        int[] ints = new int[1];
        double[] doubles = new double[1];
        assertNothing("rmsNorm", worker -> kernels.rmsNorm(x, 0, x, 1e-5f, y, 0, VALUES, worker));
        assertNothing("rope", _ -> kernels.rope(y, 0, HEAD_DIM, x, 0, 1f));
        assertNothing("argmax", _ -> ints[0] = kernels.argmax(x, 0, VALUES));
        assertNothing("exp", _ -> kernels.exp(x, 0, VALUES, 1f, 0.7f, y));
        assertNothing("logSumExp", worker -> doubles[0] = kernels.logSumExp(x, 0, VALUES, worker));
    }
}
