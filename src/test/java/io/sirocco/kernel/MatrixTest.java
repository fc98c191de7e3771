package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatrixTest {

    @ParameterizedTest
    @EnumSource(names = {"F16", "Q8_0", "Q4_0", "Q4_1", "Q6_K"})
    void anInfiniteHalfIsRefusedByRowAndColumn(WeightType type) {
        int column = RandomWeights.columns(type, 288);
        RandomWeights weights = RandomWeights.of(type, 40, RandomWeights.columns(type, column + 1), 1);
        int at = Math.toIntExact(type.rowBytes(column))
                + switch (type) {
                    case Q4_1 -> 2;
                    case Q6_K -> 208;
                    default -> 0;
                };
        weights.file()[37][at + 1] = (byte) 0xFC;
        weights.file()[37][at] = 0;
        try (Arena arena = Arena.ofShared()) {
            String message = assertThrows(IllegalArgumentException.class, () -> weights.pack(arena))
                    .getMessage();
            assertTrue(message.startsWith("row 37, column " + column + ": "), message);
            assertTrue(message.contains("-Infinity"), message);
        }
    }

    @Test
    void aRowOfTheWrongSizeIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new RowMatrix(WeightType.BF16, 2, 8, r -> MemorySegment.ofArray(new byte[16 - r]))
                                    .pack(arena))
                    .getMessage();
            assertEquals("row 1 has 15 bytes; 8 columns of BF16 need 16", message);
        }
    }

    @Test
    void columnsThatDoNotFitTheBlockAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            assertThrows(
                    IllegalArgumentException.class, () -> new RowMatrix(WeightType.Q4_0, 2, 40, r -> null).pack(arena));
        }
    }

    @Test
    void memoryOfOneThreadIsPackedByIt() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment row = arena.allocate(4);
            row.set(ValueLayout.JAVA_FLOAT, 0, 7f);
            float[] out = new float[1];
            new RowMatrix(WeightType.F32, 100, 1, r -> row).pack(arena).row(99, out, 0);
            assertArrayEquals(new float[] {7f}, out);
        }
    }

    @ParameterizedTest
    @EnumSource
    void panelsPackedInPartsAndUsedInPlaceAreTheMatrix(WeightType type) {
        int columns = RandomWeights.columns(type, 64);
        RandomWeights weights = RandomWeights.of(type, 70, columns, 5);
        try (Arena arena = Arena.ofConfined()) {
            RowMatrix rows = new RowMatrix(type, 70, columns, weights.source());
            assertEquals(3, rows.panels());
            MemorySegment panels = arena.allocate(Matrix.bytes(type, 70, columns), 64);
            rows.pack(2, 1, panels.asSlice(2 * rows.panelBytes()));
            rows.pack(0, 2, panels.asSlice(0, 2 * rows.panelBytes()));
            Matrix matrix = Matrix.over(type, 70, columns, panels);
            assertEquals(-1, panels.mismatch(weights.pack(arena).data()));
            float[] out = new float[columns];
            matrix.row(69, out, 0);
            assertArrayEquals(weights.values()[69], out, type == WeightType.Q4_1 ? 1e-2f : 0f);
        }
    }

    @Test
    void memoryThatIsNotThePanelsIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment panels = arena.allocate(Matrix.bytes(WeightType.F32, 1, 1) + 64, 64);
            assertRefused(panels);
            assertRefused(panels.asSlice(0, 64));
            assertRefused(panels.asSlice(32, 128));
            assertRefused(MemorySegment.ofArray(new byte[128]));
            assertEquals(
                    1, Matrix.over(WeightType.F32, 1, 1, panels.asSlice(64)).columns());
        }
    }

    private static void assertRefused(MemorySegment panels) {
        assertThrows(IllegalArgumentException.class, () -> Matrix.over(WeightType.F32, 1, 1, panels));
    }

    @Test
    void gateAndUpAreInterleavedBy16() {
        try (Arena arena = Arena.ofConfined()) {
            Linear w = new Linear(List.of(RowMatrix.gateUp(
                            WeightType.F32,
                            20,
                            1,
                            r -> MemorySegment.ofArray(new float[] {r}),
                            r -> MemorySegment.ofArray(new float[] {100 + r}))
                    .pack(arena)));
            Matrix matrix = w.parts().getFirst();
            assertEquals(64, matrix.rows());
            float[] column = new float[64];
            for (int r = 0; r < 64; r++) {
                matrix.row(r, column, r);
            }
            assertEquals(15f, column[15]);
            assertEquals(100f, column[16]);
            assertEquals(19f, column[35]);
            assertEquals(0f, column[36]);
            assertEquals(119f, column[51]);
            assertEquals(0f, column[52]);
        }
    }

    @Test
    void partsOfALinearHaveEqualColumns() {
        try (Arena arena = Arena.ofConfined()) {
            Matrix a = new RowMatrix(WeightType.F32, 1, 2, r -> null).pack(arena);
            Matrix b = new RowMatrix(WeightType.F32, 1, 3, r -> null).pack(arena);
            assertThrows(IllegalArgumentException.class, () -> new Linear(List.of(a, b)));
            assertThrows(IllegalArgumentException.class, () -> new Linear(List.of()));
        }
    }

    @Test
    void largeMemoryIsAlignedAndFreedWithItsArena() {
        MemorySegment large;
        try (Arena arena = Arena.ofShared()) {
            large = AlignedMemory.allocate(arena, (5 << 20) + 3);
            MemorySegment small = AlignedMemory.allocate(arena, 100);
            assertEquals((5 << 20) + 3, large.byteSize());
            assertEquals(100, small.byteSize());
            assertEquals(0, large.address() % (2 << 20));
            assertEquals(0, small.address() % 64);
            large.set(ValueLayout.JAVA_BYTE, (5 << 20) + 2, (byte) 1);
        }
        assertThrows(IllegalStateException.class, () -> large.get(ValueLayout.JAVA_BYTE, 0));
    }
}
