package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Three ways to decode agree in every character: one id at a time, all at once, and the library that defines the tokenizers. */
class IncrementalDetokenizerTest {
    private static Decoding byteLevel;
    private static Decoding sentencePiece;
    private static Decoding metaspace;

    /** A tokenizer beside the library's own handle on the same file. */
    private record Decoding(Tokenizer tokenizer, long library) {

        static Decoding of(ObjectNode json) {
            Tokenizer tokenizer = SmallTokenizers.open(json);
            return new Decoding(tokenizer, TokenizersLibrary.LIB.createTokenizerFromString(json.toString()));
        }

        void check(int[] ids, boolean skipSpecialTokens) {
            IncrementalDetokenizer detokenizer = tokenizer.detokenizer(skipSpecialTokens);
            StringBuilder pieces = new StringBuilder();
            for (int id : ids) {
                String piece = detokenizer.accept(id);
                assertEquals(-1, Unicode.loneSurrogate(piece));
                pieces.append(piece);
            }
            pieces.append(detokenizer.finish());
            long[] wide = IntStream.of(ids).asLongStream().toArray();
            String expected = TokenizersLibrary.LIB.decode(library, wide, skipSpecialTokens);
            assertEquals(expected, pieces.toString());
            assertEquals(expected, tokenizer.decode(ids, skipSpecialTokens));
        }

        void close() {
            tokenizer.close();
            TokenizersLibrary.LIB.deleteTokenizer(library);
        }
    }

    @BeforeContainer
    static void open() {
        byteLevel = Decoding.of(
                GgufTokenizer.of(SmallTokenizers.gguf("gpt-2"), "model.gguf").orElseThrow());
        sentencePiece = Decoding.of(SmallTokenizers.sentencePiece());
        metaspace = Decoding.of(SmallTokenizers.metaspace());
    }

    @AfterContainer
    static void close() {
        List.of(byteLevel, sentencePiece, metaspace).forEach(Decoding::close);
    }

    @Property(tries = 1000)
    void byteLevelPiecesAreTheWholeDecode(@ForAll("ids") int[] ids, @ForAll boolean skipSpecialTokens) {
        byteLevel.check(ids, skipSpecialTokens);
    }

    @Property(tries = 1000)
    void sentencePiecePiecesAreTheWholeDecode(@ForAll("ids") int[] ids, @ForAll boolean skipSpecialTokens) {
        sentencePiece.check(ids, skipSpecialTokens);
    }

    @Property(tries = 500)
    void metaspacePiecesAreTheWholeDecode(@ForAll("ids") int[] ids, @ForAll boolean skipSpecialTokens) {
        metaspace.check(ids, skipSpecialTokens);
    }

    /** Any text's UTF-8 as byte tokens, with a few bytes broken: mostly whole characters, cut at any place. */
    @Property(tries = 500)
    void bytesOfATextAreTheWholeDecode(
            @ForAll String text, @ForAll byte broken, @ForAll("places") int place, @ForAll boolean cut) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int end = cut ? Math.min(place, utf8.length) : utf8.length;
        if (!cut && place < utf8.length) {
            utf8[place] = broken;
        }
        int[] bytes = IntStream.range(0, end).map(i -> utf8[i] & 0xFF).toArray();
        sentencePiece.check(IntStream.of(bytes).map(b -> 3 + b).toArray(), false);
        int[] alphabet = IntStream.range(0, 0x144)
                .filter(c -> ByteAlphabet.byteOf((char) c) >= 0)
                .toArray();
        byteLevel.check(
                IntStream.of(bytes)
                        .map(b -> 3
                                + IntStream.range(0, 256)
                                        .filter(i -> ByteAlphabet.byteOf((char) alphabet[i]) == b)
                                        .findFirst()
                                        .orElseThrow())
                        .toArray(),
                false);
    }

    /** Every id, one that has no token, and bytes and control tokens more often than the rest. */
    @Provide
    Arbitrary<int[]> ids() {
        Arbitrary<Integer> id = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.integers().between(0, 360)),
                Tuple.of(2, Arbitraries.integers().between(3, 258)),
                Tuple.of(1, Arbitraries.integers().between(0, 2)),
                Tuple.of(1, Arbitraries.of(3 + 0xED, 3 + 0xA0, 3 + 0x80, 3 + 0xF0, 3 + 0x9F, 3 + 0x98, 259)));
        return id.array(int[].class).ofMaxSize(40);
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, 40);
    }

    @Example
    void goldenIdsOneAtATimeAreTheGoldenText() throws IOException {
        String json = Files.readString(Shared.path("tokenizers", "smollm2-tokenizer.json"));
        Decoding smollm2 = Decoding.of((ObjectNode) new ObjectMapper().readTree(json));
        try {
            for (String file : List.of("smollm2.jsonl", "smollm2.decode.jsonl")) {
                for (Goldens.Case golden : Goldens.read(file)) {
                    smollm2.check(golden.ids(), false);
                    smollm2.check(golden.ids(), true);
                }
            }
        } finally {
            smollm2.close();
        }
    }

    @Example
    void aCharacterCutInTwoComesWithItsLastByte() {
        IncrementalDetokenizer detokenizer = byteLevel.tokenizer().detokenizer(false);
        Tokenizer tokenizer = byteLevel.tokenizer();
        assertEquals("n", detokenizer.accept(tokenizer.tokenId("n")));
        assertEquals("", detokenizer.accept(tokenizer.tokenId("\u00C3")));
        assertEquals("\u00E9", detokenizer.accept(tokenizer.tokenId("\u00A9")));
        assertEquals("", detokenizer.accept(tokenizer.tokenId("\u00C3")));
        assertEquals("\uFFFD", detokenizer.finish());
    }
}
