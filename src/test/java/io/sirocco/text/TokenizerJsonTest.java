package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerJsonTest {
    @TempDir
    Path directory;

    @Test
    void aDirectoryWithoutTokenizerFilesHasNone() {
        assertTrue(Tokenizer.open(StubCheckpoint.directory(directory)).isEmpty());
    }

    @Test
    void otherTokenizerFormatsAreRefusedByName() throws IOException {
        TokenizerException e = assertThrows(
                TokenizerException.class,
                () -> Tokenizer.open(StubCheckpoint.directory(directory).with("tokenizer.model", "")));
        assertTrue(
                e.getMessage().startsWith(directory.resolve("tokenizer.model").toString()), e.getMessage());
        assertTrue(e.getMessage().contains("no tokenizer.json"), e.getMessage());
    }

    /** The resource asks for truncation to four tokens, which would cut prompts silently. */
    @Test
    void truncationInTheFileCutsNoPrompt() {
        try (Tokenizer tokenizer = SmallTokenizers.open(SmallTokenizers.sentencePiece())) {
            String text = "Hello world Hello world";
            int[] ids = tokenizer.encode(text, true);
            assertEquals(5, ids.length);
            assertEquals(text, tokenizer.decode(ids, true));
        }
    }

    @Test
    void sentencePieceRoundTrip() {
        try (Tokenizer tokenizer = SmallTokenizers.open(SmallTokenizers.sentencePiece())) {
            String text = "Hello  world\n\u65E5\u672C \uD83D\uDE00 caf\u00E9";
            assertEquals(text, tokenizer.decode(tokenizer.encode(text, true), true));
            assertEquals(351, tokenizer.vocabularySize());
            assertEquals(348, tokenizer.tokenId("[INST]"));
            assertEquals(-1, tokenizer.tokenId("nothing"));
        }
    }

    @Test
    void textThatIsNotUnicodeIsRefused() {
        try (Tokenizer tokenizer = SmallTokenizers.open(SmallTokenizers.sentencePiece())) {
            TokenizerException e =
                    assertThrows(TokenizerException.class, () -> tokenizer.encode("a\uD83D\uDE00\uDE00", false));
            assertEquals(
                    "the text is not valid Unicode: half of a surrogate pair, U+DE00, at character 3", e.getMessage());
        }
    }

    @Test
    void aWordThatTheVocabularyLacksIsTheTextsError() {
        ObjectNode root = SmallTokenizers.sentencePiece();
        ObjectNode model = root.putObject("model").put("type", "WordLevel").put("unk_token", "none");
        model.putObject("vocab")
                .put("<unk>", 0)
                .put("<s>", 1)
                .put("</s>", 2)
                .put("yes", 3)
                .put("no", 4);
        root.putArray("added_tokens");
        root.putNull("normalizer").putNull("decoder").putObject("pre_tokenizer").put("type", "Whitespace");
        try (Tokenizer tokenizer = SmallTokenizers.open(root)) {
            assertArrayEquals(new int[] {1, 3, 4}, tokenizer.encode("yes no", true));
            assertEquals("yes no", tokenizer.decode(new int[] {3, 4}, false));
            TokenizerException e = assertThrows(TokenizerException.class, () -> tokenizer.encode("maybe", false));
            assertTrue(e.getMessage().startsWith("the text cannot be tokenized: "), e.getMessage());
        }
    }

    @Test
    void aClosedTokenizerEncodesNothing() {
        Tokenizer tokenizer = SmallTokenizers.open(SmallTokenizers.sentencePiece());
        tokenizer.close();
        tokenizer.close();
        assertThrows(IllegalStateException.class, () -> tokenizer.encode("a", false));
    }

    @Test
    void whatTheLibraryWouldNotSurviveOrNotRepeatIsRefused() {
        assertRefused(
                root -> ((ObjectNode) root.get("post_processor")).putObject("special_tokens"),
                "tokenizer.json: post_processor.special_tokens.<s> is missing");
        assertRefused(
                root -> ((ObjectNode) root.get("model")).put("dropout", 0.1),
                "tokenizer.json: model.dropout is 0.1; expected null");
        assertRefused(
                root -> ((ObjectNode) root.get("model")).put("continuing_subword_prefix", "##"),
                "tokenizer.json: model.continuing_subword_prefix is \"##\"");
    }

    @Test
    void whatIsNotImplementedIsRefusedByName() {
        assertRefused(
                root -> ((ObjectNode) root.get("model")).put("type", "WordPiece"),
                "tokenizer.json: model.type is \"WordPiece\"");
        assertRefused(root -> root.putObject("decoder").put("type", "CTC"), "tokenizer.json: decoder.type is \"CTC\"");
        assertRefused(
                root -> ((ObjectNode) root.at("/decoder/decoders/3")).put("stop", 1),
                "tokenizer.json: decoder.decoders[3].stop is 1");
        assertRefused(
                root -> ((ObjectNode) root.at("/decoder/decoders/0/pattern"))
                        .put("Regex", "x")
                        .remove("String"),
                "tokenizer.json: decoder.decoders[0].pattern.String is missing");
        assertRefused(
                root -> root.putObject("post_processor").put("type", "BertProcessing"),
                "tokenizer.json: post_processor.type is \"BertProcessing\"");
    }

    @Test
    void nonsenseIsRefusedByName() {
        assertRefused(root -> root.put("model", 3), "tokenizer.json: model is 3; expected an object");
        assertRefused(
                root -> ((ObjectNode) root.at("/model/vocab")).put("a", 5),
                "tokenizer.json: model.vocab gives one id to two tokens");
        assertRefused(
                root -> ((ObjectNode) root.at("/model/vocab")).put("a", 4000000000L),
                "tokenizer.json: model.vocab.a is 4000000000");
        assertRefused(
                root -> ((ObjectNode) root.at("/model/vocab")).put("a", 2000000000),
                "the id of \"a\" is 2000000000; expected at most");
        assertRefused(
                root -> ((ObjectNode) root.at("/model/vocab")).put("\uD83D", 400),
                "the token \"\\ud83d\" is not valid Unicode");
        assertRefused(
                root -> ((ObjectNode) root.at("/added_tokens/3")).put("id", 999),
                "tokenizer.json: added_tokens[3].id is 999; expected 348");
        assertRefused(
                root -> ((ObjectNode) root.at("/added_tokens/3")).put("content", ""),
                "tokenizer.json: added_tokens[3].content is \"\"");
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        assertFileRefused("", "expected a JSON object");
        assertFileRefused("[]", "is a list; expected a JSON object");
        assertFileRefused("{\"model\":", "is not valid JSON (line 1, column 10)");
        assertFileRefused("{\"model\": 1, \"model\": 2}", "Duplicate field");
        assertFileRefused("{} {}", "is not valid JSON");
        assertFileRefused("[".repeat(100_000), "is not valid JSON");
        Files.write(directory.resolve("tokenizer.json"), new byte[] {'{', (byte) 0xFF, '}'});
        TokenizerException e =
                assertThrows(TokenizerException.class, () -> Tokenizer.open(StubCheckpoint.directory(directory)));
        assertTrue(e.getMessage().endsWith("is not valid UTF-8"), e.getMessage());
    }

    @Test
    void addedTokensNumberedAsTheLibraryNumbersThemKeepTheirIds() {
        try (Tokenizer tokenizer = SmallTokenizers.open(SmallTokenizers.sentencePiece())) {
            assertArrayEquals(new int[] {348, 349, 350}, tokenizer.encode("[INST][/INST]<note>", false));
        }
    }

    @Test
    void tokensThatOnlyTheConfigurationAddsAreAdded() throws IOException {
        StubCheckpoint model = StubCheckpoint.directory(directory)
                .with("tokenizer.json", SmallTokenizers.sentencePiece().toString());
        String flags =
                "\"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}";
        model.with(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\": {\"1\": {\"content\": \"<s>\", " + flags
                        + ", \"352\": {\"content\": \"<b>\", " + flags + ", \"351\": {\"content\": \"<a>\", " + flags
                        + "}}");
        try (Tokenizer tokenizer = Tokenizer.open(model).orElseThrow()) {
            assertArrayEquals(new int[] {351, 352}, tokenizer.encode("<a><b>", false));
            assertEquals("<a><b>", tokenizer.decode(new int[] {351, 352}, false));
            assertEquals("", tokenizer.decode(new int[] {351, 352}, true));
        }
        model.with("tokenizer_config.json", "{\"added_tokens_decoder\": {\"351x\": {\"content\": \"<a>\"}}}");
        TokenizerException e = assertThrows(TokenizerException.class, () -> Tokenizer.open(model));
        assertTrue(e.getMessage().contains("added_tokens_decoder.351x: expected token ids"), e.getMessage());
    }

    private void assertFileRefused(String content, String message) {
        TokenizerException e = assertThrows(
                TokenizerException.class,
                () -> Tokenizer.open(StubCheckpoint.directory(directory).with("tokenizer.json", content)));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith(directory.resolve("tokenizer.json").toString()), e.getMessage());
    }

    private static void assertRefused(Consumer<ObjectNode> change, String message) {
        ObjectNode root = SmallTokenizers.sentencePiece();
        change.accept(root);
        TokenizerException e = assertThrows(TokenizerException.class, () -> SmallTokenizers.open(root));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
