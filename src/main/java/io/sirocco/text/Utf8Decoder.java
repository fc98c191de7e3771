package io.sirocco.text;

/**
 * Bytes to text as they come; each maximal ill-formed part becomes one U+FFFD (Unicode 15.0, section 3.9, table 3-7 and "U+FFFD
 * Substitution of Maximal Subparts"). The JDK's decoder takes an encoded surrogate (ED A0 80) for one ill-formed part; by that rule it
 * is three.
 */
final class Utf8Decoder {
    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder text;
    private int codePoint;
    /** Continuation bytes still missing, and the range the next one must be in. */
    private int missing;

    private int lowest;
    private int highest;
    private boolean malformed;

    Utf8Decoder(StringBuilder text) {
        this.text = text;
    }

    void add(int b) {
        if (missing > 0) {
            if (b >= lowest && b <= highest) {
                codePoint = (codePoint << 6) | (b & 0x3F);
                lowest = 0x80;
                highest = 0xBF;
                if (--missing == 0) {
                    text.appendCodePoint(codePoint);
                }
                return;
            }
            // The byte that broke the sequence may begin the next one.
            missing = 0;
            replace();
        }
        begin(b);
    }

    private void begin(int b) {
        lowest = 0x80;
        highest = 0xBF;
        if (b < 0x80) {
            text.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            missing = 1;
            codePoint = b & 0x1F;
        } else if (b >= 0xE0 && b <= 0xEF) {
            missing = 2;
            codePoint = b & 0x0F;
            if (b == 0xE0) {
                lowest = 0xA0; // not overlong
            } else if (b == 0xED) {
                highest = 0x9F; // not a surrogate
            }
        } else if (b >= 0xF0 && b <= 0xF4) {
            missing = 3;
            codePoint = b & 0x07;
            if (b == 0xF0) {
                lowest = 0x90; // not overlong
            } else if (b == 0xF4) {
                highest = 0x8F; // not above U+10FFFF
            }
        } else {
            replace();
        }
    }

    /** No more bytes come. */
    void end() {
        if (missing > 0) {
            missing = 0;
            replace();
        }
    }

    /** Whether anything so far was not UTF-8. */
    boolean malformed() {
        return malformed;
    }

    private void replace() {
        malformed = true;
        text.append(REPLACEMENT);
    }
}
