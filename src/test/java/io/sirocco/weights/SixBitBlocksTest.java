package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SixBitBlocksTest {

    /** The bits of GgufCheckpointTest's Q4_0 and Q4_1 goldens need the shared data; this needs none. */
    @Test
    void valuesAreThoseOfTheReferenceLoop() {
        byte[] blocks = new byte[3 * 210];
        new Random(20231010).nextBytes(blocks);
        ByteBuffer buffer = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
        float[] expected = new float[3 * 256];
        for (int b = 0; b < 3; b++) {
            buffer.putShort(b * 210 + 208, Float.floatToFloat16(0.37f * (b + 1)));
            referenceLoop(buffer.slice(b * 210, 210).order(ByteOrder.LITTLE_ENDIAN), expected, b * 256);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = SixBitBlocks.widen(MemorySegment.ofArray(blocks), arena);
            assertArrayEquals(expected, values.toArray(ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN)));
        }
    }

    /** ggml-quants.c, dequantize_row_q6_K, one block. */
    private static void referenceLoop(ByteBuffer block, float[] y, int first) {
        float d = Float.float16ToFloat(block.getShort(208));
        int ql = 0;
        int qh = 128;
        int sc = 192;
        for (int n = first; n < first + 256; n += 128) {
            for (int l = 0; l < 32; l++) {
                int is = l / 16;
                int high = block.get(qh + l) & 0xFF;
                int low = block.get(ql + l) & 0xFF;
                int low32 = block.get(ql + l + 32) & 0xFF;
                y[n + l] = d * block.get(sc + is) * (((low & 0xF) | ((high & 3) << 4)) - 32);
                y[n + l + 32] = d * block.get(sc + is + 2) * (((low32 & 0xF) | (((high >> 2) & 3) << 4)) - 32);
                y[n + l + 64] = d * block.get(sc + is + 4) * (((low >> 4) | (((high >> 4) & 3) << 4)) - 32);
                y[n + l + 96] = d * block.get(sc + is + 6) * (((low32 >> 4) | (((high >> 6) & 3) << 4)) - 32);
            }
            ql += 64;
            qh += 32;
            sc += 8;
        }
    }
}
