package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How the values of 32 rows (a panel) lie in memory: along k, so that the lanes of a vector are rows. All is 32-bit little-endian
 * words; lane i of a word vector belongs to rows i and 16 + i. A panel has the size its rows have in a file.
 *
 * <ul>
 *   <li>F32: [k][32] floats.
 *   <li>BF16, F16: [k][16] words, row i in the low half, row 16 + i in the high half.
 *   <li>Q8_0, per 32 k: 16 words of f16 scales in halves as above; then for each 4 k 16 words of rows 0 .. 15 and 16 words of rows
 *       16 .. 31, byte j of a word being k + j.
 *   <li>Q4_0, Q4_1, per 32 k: 16 words of f16 scales (Q4_1: and 16 of minima), then for each 4 k 16 words, nibble j of a word being
 *       k + j of row i, and nibble 4 + j of row 16 + i.
 *   <li>Q6_K, per 256 k: 16 words of f16 scales d in halves; then the 16 scales, as the values of Q8_0; then for each 8 k 16 words of rows
 *       0 .. 15, 16 words of rows 16 .. 31 and 16 words in halves, the 48 bits of a row's word and half being its 8 values q - 32 in
 *       order, from the lowest bits on.
 * </ul>
 */
final class Panels {

    /** To be counted up with every change of what is said above: files of panels outlive the code that wrote them. */
    static final int LAYOUT = 2;

    /** Rows in a panel. */
    static final int ROWS = 32;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private Panels() {}

    static int count(int rows) {
        return Math.ceilDiv(rows, ROWS);
    }

    static long bytes(WeightType type, int columns) {
        return ROWS * type.rowBytes(columns);
    }

    /** Bytes of the scales (and minima) that precede the values of a block. */
    static int headerBytes(WeightType type) {
        return switch (type) {
            case F32, BF16, F16 -> 0;
            case Q8_0, Q4_0 -> 64;
            case Q4_1 -> 128;
            case Q6_K -> 576;
        };
    }

    /** The value of row r (0 .. 31) and column k of the panel at a byte offset. */
    static float value(WeightType type, MemorySegment data, long panel, int r, int k) {
        return switch (type) {
            case F32 -> f32(data, panel, r, k);
            case BF16 -> bf16(data, panel, r, k);
            case F16 -> f16(data, panel, r, k);
            case Q8_0 -> q8(data, panel, r, k);
            case Q4_0 -> q40(data, panel, r, k);
            case Q4_1 -> q41(data, panel, r, k);
            case Q6_K -> q6(data, panel, r, k);
        };
    }

    /** Widens a whole panel to [k][32] floats. */
    static void widen(WeightType type, MemorySegment data, long panel, int columns, float[] out) {
        for (int k = 0; k < columns; k++) {
            for (int r = 0; r < ROWS; r++) {
                out[k * ROWS + r] = value(type, data, panel, r, k);
            }
        }
    }

    private static float f32(MemorySegment data, long panel, int r, int k) {
        return data.get(FLOAT, panel + 128L * k + 4L * r);
    }

    private static float bf16(MemorySegment data, long panel, int r, int k) {
        return Float.intBitsToFloat(half(data, panel + 64L * k, r) << 16);
    }

    private static float f16(MemorySegment data, long panel, int r, int k) {
        return Float.float16ToFloat((short) half(data, panel + 64L * k, r));
    }

    private static float q8(MemorySegment data, long panel, int r, int k) {
        long block = panel + (k >> 5) * 1088L;
        int group = (k >> 2) & 7;
        byte q = data.get(BYTE, block + 64 + (group * 2 + (r >> 4)) * 64L + (r & 15) * 4L + (k & 3));
        return q * Float.float16ToFloat((short) half(data, block, r));
    }

    private static float q40(MemorySegment data, long panel, int r, int k) {
        long block = panel + (k >> 5) * 576L;
        return (nibble(data, block + 64, r, k) - 8) * Float.float16ToFloat((short) half(data, block, r));
    }

    private static float q41(MemorySegment data, long panel, int r, int k) {
        long block = panel + (k >> 5) * 640L;
        float d = Float.float16ToFloat((short) half(data, block, r));
        float m = Float.float16ToFloat((short) half(data, block + 64, r));
        return Math.fma(nibble(data, block + 128, r, k), d, m);
    }

    private static float q6(MemorySegment data, long panel, int r, int k) {
        long block = panel + (k >> 8) * 6720L;
        int group = (k >> 4) & 15;
        byte scale = data.get(BYTE, block + 64 + ((group >> 2) * 2 + (r >> 4)) * 64L + (r & 15) * 4L + (group & 3));
        long words = block + 576 + ((k >> 3) & 31) * 192L;
        long bits = data.get(WORD, words + (r >> 4) * 64L + (r & 15) * 4L) & 0xFFFFFFFFL;
        int q = (int) ((bits | (long) half(data, words + 128, r) << 32) >>> ((k & 7) * 6)) << 26 >> 26;
        return q * (scale * Float.float16ToFloat((short) half(data, block, r)));
    }

    private static int half(MemorySegment data, long words, int r) {
        return (data.get(WORD, words + (r & 15) * 4L) >>> ((r >> 4) * 16)) & 0xFFFF;
    }

    private static int nibble(MemorySegment data, long words, int r, int k) {
        int word = data.get(WORD, words + ((k >> 2) & 7) * 64L + (r & 15) * 4L);
        return (word >>> ((r >> 4) * 16 + (k & 3) * 4)) & 15;
    }
}
