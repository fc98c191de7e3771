package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The parts of a block of {@link WeightType#Q6_K} as a file stores it. */
final class SixBits {

    /** Byte offsets in the block. */
    static final int SCALES = 192;

    static final int D = 208;

    private static final int PAIRS = 128;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private SixBits() {}

    /** The number, -32 .. 31, of value j (0 .. 255) of the block at a byte offset. */
    static int q(MemorySegment row, long block, int j) {
        int half = j >> 7;
        int nibble = row.get(BYTE, block + half * 64L + (j & 63)) >> ((j >> 6 & 1) * 4) & 15;
        int pair = row.get(BYTE, block + PAIRS + half * 32L + (j & 31)) >> ((j >> 5 & 3) * 2) & 3;
        return (nibble | pair << 4) - 32;
    }

    /** Value j, exactly. */
    static float value(MemorySegment row, long block, int j) {
        float d = Float.float16ToFloat(row.get(SHORT, block + D));
        return q(row, block, j) * (row.get(BYTE, block + SCALES + (j >> 4)) * d);
    }
}
