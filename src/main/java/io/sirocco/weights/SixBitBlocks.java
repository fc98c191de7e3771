package io.sirocco.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * ggml's Q6_K: blocks of 256 values in 210 bytes. A block is two halves of 128 values; value 32k + l of a half (k = 0..3, l = 0..31) is
 *
 * <pre>
 * q = low[k % 2 * 32 + l] nibble k / 2  |  (high[l] bits 2k, 2k+1) &lt;&lt; 4
 * value = d * scale[2k + l / 16] * (q - 32)
 * </pre>
 *
 * <p>Stored: 2 x 64 bytes low, 2 x 32 bytes high, 2 x 8 signed bytes scale, one f16 d. The product has at most 11 + 7 + 6 bits, so f32 holds
 * it exactly.
 */
final class SixBitBlocks {
    private static final int BLOCK_BYTES = 210;
    private static final int HIGH = 128;
    private static final int SCALES = 192;
    private static final int D = 208;
    private static final int BLOCK_VALUES = 256;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private SixBitBlocks() {}

    /** The values as little-endian f32, in new memory. */
    static MemorySegment widen(MemorySegment blocks, SegmentAllocator allocator) {
        long count = blocks.byteSize() / BLOCK_BYTES;
        MemorySegment values = allocator.allocate(count * BLOCK_VALUES * Float.BYTES, Float.BYTES);
        byte[] block = new byte[BLOCK_BYTES];
        for (long b = 0; b < count; b++) {
            MemorySegment.copy(blocks, ValueLayout.JAVA_BYTE, b * BLOCK_BYTES, block, 0, BLOCK_BYTES);
            float d = Float.float16ToFloat(blocks.get(SHORT, b * BLOCK_BYTES + D));
            for (int half = 0; half < 2; half++) {
                long first = b * BLOCK_VALUES + half * 128L;
                for (int i = 0; i < 128; i++) {
                    values.set(FLOAT, (first + i) * Float.BYTES, value(block, d, half, i));
                }
            }
        }
        return values.asReadOnly();
    }

    private static float value(byte[] block, float d, int half, int i) {
        int k = i / 32;
        int l = i % 32;
        int low = block[half * 64 + k % 2 * 32 + l] >> (k / 2 * 4) & 0xF;
        int high = block[HIGH + half * 32 + l] >> (2 * k) & 0x3;
        return d * block[SCALES + half * 8 + 2 * k + l / 16] * ((low | high << 4) - 32);
    }
}
