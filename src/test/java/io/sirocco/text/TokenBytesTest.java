package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens' bytes, put together, are the decoded text. */
class TokenBytesTest {

    enum Kind {
        BYTE_LEVEL,
        SENTENCE_PIECE,
        METASPACE;

        Tokenizer open() {
            return switch (this) {
                case BYTE_LEVEL -> SmallTokenizers.ofBytes();
                case SENTENCE_PIECE -> SmallTokenizers.withByteFallback();
                case METASPACE -> SmallTokenizers.open(SmallTokenizers.metaspace());
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesOfTokensAreTheDecodedText(Kind kind) {
        try (Tokenizer tokenizer = kind.open()) {
            byte[][] first = tokenizer.tokenBytes(true);
            byte[][] rest = tokenizer.tokenBytes(false);
            Random random = new Random(1);
            int compared = 0;
            for (int round = 0; round < 20_000; round++) {
                int[] ids = random.ints(1 + random.nextInt(5), 0, tokenizer.vocabularySize())
                        .toArray();
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                boolean known = first[ids[0]] != null;
                for (int i = 0; i < ids.length && known; i++) {
                    byte[] token = i == 0 ? first[ids[i]] : rest[ids[i]];
                    known = token != null;
                    if (known) {
                        bytes.writeBytes(token);
                    }
                }
                if (known && isUtf8(bytes.toByteArray())) {
                    compared++;
                    assertEquals(tokenizer.decode(ids, true), bytes.toString(StandardCharsets.UTF_8));
                }
            }
            assertTrue(compared > 500, compared + " compared");
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    @Test
    void theSpaceInFrontOfAnAnswerIsLeftOut() {
        try (Tokenizer tokenizer = SmallTokenizers.withByteFallback()) {
            int the = tokenizer.tokenId("\u2581the");
            assertArrayEquals("the".getBytes(StandardCharsets.UTF_8), tokenizer.tokenBytes(true)[the]);
            assertArrayEquals(" the".getBytes(StandardCharsets.UTF_8), tokenizer.tokenBytes(false)[the]);
        }
    }

    @Test
    void controlTokensHaveNone() {
        try (Tokenizer tokenizer = SmallTokenizers.ofBytes()) {
            assertNull(tokenizer.tokenBytes(false)[2]);
        }
    }
}
