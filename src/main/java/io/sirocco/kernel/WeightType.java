package io.sirocco.kernel;

/** How the values of a weight matrix are stored. Block types hold consecutive values of a row (ggml's names and layouts). */
public enum WeightType {
    F32(1, 4),
    F16(1, 2),
    BF16(1, 2),
    /** f16 scale d, then 32 signed bytes q: value = q * d. */
    Q8_0(32, 34),
    /** f16 scale d, then 16 bytes; byte j holds q[j] in its low and q[j + 16] in its high nibble: value = (q - 8) * d. */
    Q4_0(32, 18),
    /** f16 scale d, f16 minimum m, then nibbles as in {@link #Q4_0}: value = q * d + m. */
    Q4_1(32, 20),
    /**
     * 128 bytes of low nibbles, 64 bytes of high pairs of bits, 16 signed bytes of scales, f16 scale d. The nibble of value j = 128h + i
     * (h = 0, 1) is the one numbered i / 64 of byte 64h + i % 64, its pair the one numbered i / 32 of byte 32h + i % 32, counted from
     * the low bits: value = (q - 32) * scales[j / 16] * d, of at most 6 + 7 + 11 bits.
     */
    Q6_K(256, 210);

    private final int blockValues;
    private final int blockBytes;

    WeightType(int blockValues, int blockBytes) {
        this.blockValues = blockValues;
        this.blockBytes = blockBytes;
    }

    /** Values in one block: 1, 32 or 256. */
    public int blockValues() {
        return blockValues;
    }

    /** Bytes of one block as stored in a file. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Bytes of {@code columns} consecutive values as stored in a file; {@code columns} must be a multiple of the block. */
    public long rowBytes(long columns) {
        if (columns < 0 || columns % blockValues != 0) {
            throw new IllegalArgumentException(
                    "columns is " + columns + "; " + this + " needs a multiple of " + blockValues);
        }
        return Math.multiplyExact(columns / blockValues, (long) blockBytes);
    }
}
