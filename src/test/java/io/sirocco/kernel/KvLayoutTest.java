package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvLayoutTest {

    @Test
    void bf16PairsStandAsDescribed() {
        KvLayout layout = new KvLayout(2, 40, KvType.BF16);
        assertEquals(64, layout.valueStride());
        assertEquals(2 * 2 * 16 * (40 + 64), layout.blockBytes());
        // Dimensions 6 and 7 are the fourth row of words, slot 5 its sixth word.
        assertEquals(3 * 64 + 5 * 4, layout.key(5, 6));
        assertEquals(3 * 64 + 5 * 4 + 2, layout.key(5, 7));
        // Rows of 128 bytes; dimensions 3 and 19 share a word, dimension 32 begins the next 16 words.
        assertEquals(5 * 128 + 3 * 4, layout.value(5, 3));
        assertEquals(5 * 128 + 3 * 4 + 2, layout.value(5, 19));
        assertEquals(5 * 128 + 64, layout.value(5, 32));
    }

    @ParameterizedTest
    @EnumSource
    void everyNumberHasAPlaceOfItsOwnInAlignedBlocks(KvType type) {
        for (int headDim : new int[] {2, 4, 6, 16, 24, 32, 34, 80, 128}) {
            KvLayout layout = new KvLayout(3, headDim, type);
            assertEquals(0, layout.blockBytes() % 64, () -> "headDim " + headDim);
            BitSet taken = new BitSet();
            for (int head = 0; head < 3; head++) {
                assertEquals(0, layout.keys(1, head) % 64);
                assertEquals(0, layout.values(1, head) % 64);
                for (int slot = 0; slot < 16; slot++) {
                    for (int d = 0; d < headDim; d++) {
                        take(taken, layout.keys(1, head) + layout.key(slot, d), layout);
                    }
                    for (int d = 0; d < layout.valueStride(); d++) {
                        take(taken, layout.values(1, head) + layout.value(slot, d), layout);
                    }
                }
            }
            assertEquals(layout.blockBytes(), taken.cardinality(), () -> "headDim " + headDim);
        }
    }

    /** Marks the bytes of a number of block 1. */
    private static void take(BitSet taken, long at, KvLayout layout) {
        int from = Math.toIntExact(at - layout.blockBytes());
        int to = from + layout.type().bytes();
        assertTrue(to <= layout.blockBytes() && taken.get(from, to).isEmpty(), () -> "byte " + from);
        taken.set(from, to);
    }
}
