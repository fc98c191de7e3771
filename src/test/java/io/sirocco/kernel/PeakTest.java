package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured is right. */
class PeakTest {

    @ParameterizedTest
    @ValueSource(floats = {1, 3})
    void theChainsReachTheirLimit(float start) {
        assertEquals(12 * Lanes.COUNT * 2 * start, FmaChains.run(start));
    }

    @Test
    void allMemoryIsRead() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = AlignedMemory.allocate(arena, 32_768);
            for (int i = 0; i < 8192; i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 256);
            }
            assertEquals(32 * 255 * 256 / 2, MemoryRead.sum(memory.address(), memory.byteSize()));
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void aRandomProductIsTheOraclesWhicheverCopyHasItsTurn(WeightType type) {
        try (Team team = new Team(2);
                RandomProduct product = new RandomProduct(type, 96, 256, 2, 9)) {
            float[] expected = product.multiply(Kernels.scalar(), 9, team).clone();
            for (int turn = 0; turn < 3; turn++) {
                assertArrayEquals(expected, product.multiply(Kernels.get(), 9, team));
            }
            assertEquals(2 * 96 * 256 * 9, product.flops(9));
            assertEquals(96 * type.rowBytes(256), product.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void randomAttentionIsTheOraclesAndOfAllKeys(KvType type) {
        KvLayout layout = new KvLayout(2, 32, type);
        try (Team team = new Team(2);
                RandomAttention attention = new RandomAttention(layout, 3, 100, 4)) {
            float[] expected = attention.attend(Kernels.scalar(), team).clone();
            assertArrayEquals(expected, attention.attend(Kernels.get(), team));
            // Equal values: their mean is the value.
            assertEquals(Float.intBitsToFloat(type == KvType.F32 ? 0x3C3C3C3C : 0x3C3C0000), expected[0], 1e-6f);
            assertEquals(4 * 7 * layout.blockBytes(), attention.bytes());
        }
    }
}
