package io.sirocco.text;

/** SentencePiece's way to write a byte as a piece: {@code <0xE2>}. */
final class BytePieces {

    private BytePieces() {}

    /** The byte that {@code <0xHH>} names, or -1; the tokenizers library also takes {@code <0x+H>}. */
    static int byteOf(String piece) {
        if (piece.length() != 6 || !piece.startsWith("<0x") || piece.charAt(5) != '>') {
            return -1;
        }
        int high = piece.charAt(3) == '+' ? 0 : hex(piece.charAt(3));
        int low = hex(piece.charAt(4));
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
