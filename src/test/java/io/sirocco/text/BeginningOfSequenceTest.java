package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeginningOfSequenceTest {
    private static final int BOS = 1;

    @TempDir
    Path directory;

    @Test
    void thePostProcessorDecidesWhereTheConfigurationIsSilent() throws IOException {
        try (Tokenizer tokenizer = open(SmallTokenizers.sentencePiece(), "{\"bos_token\": \"</s>\"}")) {
            assertBosOnce(tokenizer);
        }
    }

    @Test
    void addBosTokenTrueAddsOneThatThePostProcessorLacks() throws IOException {
        ObjectNode json = SmallTokenizers.sentencePiece();
        json.putNull("post_processor");
        try (Tokenizer tokenizer = open(json, "{\"add_bos_token\": true, \"bos_token\": {\"content\": \"<s>\"}}")) {
            assertBosOnce(tokenizer);
        }
    }

    @Test
    void addBosTokenTrueAddsNoneToThePostProcessors() throws IOException {
        try (Tokenizer tokenizer =
                open(SmallTokenizers.sentencePiece(), "{\"add_bos_token\": true, \"bos_token\": \"<s>\"}")) {
            assertBosOnce(tokenizer);
        }
    }

    @Test
    void addBosTokenFalseAddsNone() throws IOException {
        try (Tokenizer tokenizer = open(SmallTokenizers.sentencePiece(), "{\"add_bos_token\": false}")) {
            assertArrayEquals(tokenizer.encode("Hello", false), tokenizer.encode("Hello", true));
        }
    }

    @Test
    void ggufAddsBosAsItsMetadataSays() {
        try (Tokenizer tokenizer = SmallTokenizers.openGguf(SmallTokenizers.gguf("gpt-2"))) {
            assertBosOnce(tokenizer);
        }
        try (Tokenizer tokenizer =
                SmallTokenizers.openGguf(SmallTokenizers.gguf("gpt-2").put("tokenizer.ggml.add_bos_token", false))) {
            assertArrayEquals(tokenizer.encode("Hello", false), tokenizer.encode("Hello", true));
        }
    }

    @Test
    void aBosTokenThatIsNoTokenIsRefused() {
        TokenizerException e = assertThrows(
                TokenizerException.class,
                () -> open(SmallTokenizers.sentencePiece(), "{\"add_bos_token\": true, \"bos_token\": \"<bos>\"}"));
        assertEquals(
                directory.resolve("tokenizer_config.json")
                        + ": bos_token is \"<bos>\"; expected a token of tokenizer.json",
                e.getMessage());
    }

    /** A plain prompt gets BOS; one that spells BOS out, as a rendered chat does, gets no second. */
    private static void assertBosOnce(Tokenizer tokenizer) {
        int[] plain = tokenizer.encode("Hello", false);
        assertArrayEquals(
                IntStream.concat(IntStream.of(BOS), IntStream.of(plain)).toArray(), tokenizer.encode("Hello", true));
        int[] spelled = tokenizer.encode("<s>Hello", false);
        assertEquals(BOS, spelled[0]);
        assertArrayEquals(spelled, tokenizer.encode("<s>Hello", true));
        assertArrayEquals(new int[] {BOS}, tokenizer.encode("", true));
    }

    private Tokenizer open(ObjectNode tokenizerJson, String config) throws IOException {
        return Tokenizer.open(StubCheckpoint.directory(directory)
                        .with("tokenizer.json", tokenizerJson.toString())
                        .with("tokenizer_config.json", config))
                .orElseThrow();
    }
}
