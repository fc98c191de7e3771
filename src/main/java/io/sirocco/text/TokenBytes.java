package io.sirocco.text;

import io.sirocco.text.Decoder.Step;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What single tokens add to a text, as bytes: a {@link Decoder} taken apart. Put together, bytes of valid UTF-8 are the decoded text; but
 * where the decoder replaces characters after it has put byte tokens together, byte tokens must not spell such a character.
 */
final class TokenBytes {

    private final Decoder decoder;

    /** @throws TokenizerException if what a token adds depends on more than whether it is the first */
    TokenBytes(Decoder decoder) {
        this.decoder = decoder;
        for (Step step : decoder.steps()) {
            if (step instanceof Step.StripStart(int content, int start) && (start > 1 || content >= 0x80)) {
                throw new TokenizerException("the tokenizer's decoder changes text across tokens (" + step
                        + "); constrained answers are not implemented for it");
            }
        }
    }

    byte[][] of(Vocabulary vocabulary, boolean first) {
        byte[][] all = new byte[vocabulary.size()][];
        for (int id = 0; id < all.length; id++) {
            String piece = vocabulary.piece(id);
            if (piece != null && !vocabulary.isSpecial(id)) {
                byte[] bytes = bytes(piece, first);
                all[id] = bytes.length == 0 ? null : bytes;
            }
        }
        return all;
    }

    private byte[] bytes(String piece, boolean first) {
        String text = piece;
        byte[] bytes = null; // once it is no text any more
        for (Step step : decoder.steps()) {
            switch (step) {
                case Step.ByteLevel() -> bytes = ByteAlphabet.isBytes(text) ? alphabet(text) : utf8(text);
                case Step.Replace(String pattern, String content) -> text = text.replace(pattern, content);
                case Step.ByteFallback() -> {
                    int b = BytePieces.byteOf(text);
                    bytes = b < 0 ? null : new byte[] {(byte) b};
                }
                case Step.Metaspace(String replacement, boolean prepended) ->
                    text = text.replace(replacement, first && prepended ? "" : " ");
                case Step.Strip strip -> text = strip.of(text);
                case Step.StripStart(int content, int start) -> {
                    bytes = bytes == null ? utf8(text) : bytes;
                    if (first && start > 0 && bytes.length > 0 && bytes[0] == content) {
                        bytes = Arrays.copyOfRange(bytes, 1, bytes.length);
                    }
                }
                case Step.Words() -> text = first ? text : " " + text;
                case Step.Fuse() -> {}
            }
        }
        return bytes == null ? utf8(text) : bytes;
    }

    private static byte[] alphabet(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ByteAlphabet.byteOf(piece.charAt(i));
        }
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
