package io.sirocco.kernel;

/**
 * Where keys and values stand in a block: 16 tokens of one layer, all its KV heads. Per head first K, transposed (lanes = keys),
 * then V (lanes = dims), all little-endian:
 *
 * <ul>
 *   <li>F32: K as [headDim][16] floats, V as [16][headDim rounded up to 16] floats.
 *   <li>BF16: K as [headDim / 2][16] words, the even dimension of a pair in the low half of a word, the odd one in the high half. V
 *       as [16][headDim rounded up to 32] numbers, each 32 of them as 16 words: dimension i in the low half of word i, 16 + i in the
 *       high half. So 16 words of either are the 32 floats of the F32 layout, once the low halves and then the high halves are
 *       widened.
 * </ul>
 *
 * @param kvHeads KV heads of the layer
 * @param headDim dimensions of a head, even
 * @param type of the numbers
 */
public record KvLayout(int kvHeads, int headDim, KvType type) {

    /** Tokens in a block. */
    public static final int BLOCK_TOKENS = 16;

    public KvLayout {
        if (kvHeads < 1) {
            throw new IllegalArgumentException("kvHeads is " + kvHeads + "; expected at least 1");
        }
        if (headDim < 2 || headDim % 2 != 0) {
            throw new IllegalArgumentException("headDim is " + headDim + "; expected a positive even number");
        }
    }

    /** Numbers of one V row: headDim rounded up to whole pieces of 64 bytes, 16 (F32) or 32 (BF16) numbers. */
    public int valueStride() {
        return switch (type) {
            case F32 -> (headDim + 15) & ~15;
            case BF16 -> (headDim + 31) & ~31;
        };
    }

    /** Bytes of one block, a multiple of 64. */
    public long blockBytes() {
        return kvHeads * headBytes();
    }

    /** Byte offset of a head's keys from the start of the pool. */
    public long keys(int block, int kvHead) {
        return block * blockBytes() + kvHead * headBytes();
    }

    /** Byte offset of a head's values from the start of the pool. */
    public long values(int block, int kvHead) {
        return keys(block, kvHead) + (long) type.bytes() * BLOCK_TOKENS * headDim;
    }

    /** Byte offset of dimension d of a slot's key from the head's {@link #keys}. */
    long key(int slot, int d) {
        return switch (type) {
            case F32 -> 64L * d + 4L * slot;
            case BF16 -> 64L * (d >> 1) + 4L * slot + 2L * (d & 1);
        };
    }

    /** Byte offset of dimension d of a slot's value from the head's {@link #values}. */
    long value(int slot, int d) {
        long row = (long) type.bytes() * valueStride() * slot;
        return switch (type) {
            case F32 -> row + 4L * d;
            case BF16 -> row + 64L * (d >> 5) + 4L * (d & 15) + 2L * (d >> 4 & 1);
        };
    }

    private long headBytes() {
        return (long) type.bytes() * BLOCK_TOKENS * (headDim + valueStride());
    }
}
