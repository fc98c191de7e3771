package io.sirocco.kernel;

/**
 * Where keys and values stand in a block: 16 tokens of one layer, all its KV heads. Per head first K, transposed to
 * [headDim][16] (lanes = keys), then V as [16][headDim rounded up to 16] (lanes = dims); f32.
 *
 * @param kvHeads KV heads of the layer
 * @param headDim dimensions of a head, even
 */
public record KvLayout(int kvHeads, int headDim) {

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

    /** Floats of one V row: headDim rounded up to a multiple of 16. */
    public int valueStride() {
        return (headDim + 15) & ~15;
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
        return keys(block, kvHead) + 4L * BLOCK_TOKENS * headDim;
    }

    private long headBytes() {
        return 4L * BLOCK_TOKENS * (headDim + valueStride());
    }
}
