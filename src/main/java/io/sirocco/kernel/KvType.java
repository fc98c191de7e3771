package io.sirocco.kernel;

/** How the numbers of the key-value cache are stored. Arithmetic on them is f32 whatever the type. */
public enum KvType {
    /** As computed. */
    F32(4),
    /** Rounded to nearest even when stored: half the memory, and half of what a step reads of it. */
    BF16(2);

    private final int bytes;

    KvType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }
}
