package io.sirocco.text;

import java.util.Arrays;

/**
 * GPT-2's way to write bytes as visible characters: printable Latin-1 bytes are themselves, the other 68 are U+0100 and up, in order
 * ({@code bytes_to_unicode} in OpenAI's GPT-2 encoder.py).
 */
final class ByteAlphabet {
    private static final int[] BYTES = new int[0x100 + 68];

    static {
        Arrays.fill(BYTES, -1);
        int next = 0x100;
        for (int b = 0; b < 0x100; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            BYTES[printable ? b : next++] = b;
        }
    }

    private ByteAlphabet() {}

    /** The byte a character stands for, or -1. */
    static int byteOf(char c) {
        return c < BYTES.length ? BYTES[c] : -1;
    }

    /** Whether every character of a piece stands for a byte. */
    static boolean isBytes(String piece) {
        return piece.chars().allMatch(c -> byteOf((char) c) >= 0);
    }
}
