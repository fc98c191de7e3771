package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.Shared;
import io.sirocco.weights.Checkpoint;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufTokenizerTest {

    @Test
    void gpt2KeepsASpaceWithTheDigitsAfterIt() {
        try (Tokenizer tokenizer = SmallTokenizers.openGguf(SmallTokenizers.gguf("gpt-2"))) {
            assertEquals(List.of("\u0120t" + "he", "\u01201", "2"), pieces(tokenizer, " the 12"));
        }
    }

    @Test
    void smollmSplitsEveryDigitOffFirst() {
        try (Tokenizer tokenizer = SmallTokenizers.openGguf(SmallTokenizers.gguf("smollm"))) {
            assertEquals(List.of("\u0120the", "\u0120", "1", "2"), pieces(tokenizer, " the 12"));
        }
    }

    @Test
    void controlAndUserDefinedTokensMatchInATextAndOnlyControlIsSkipped() {
        try (Tokenizer tokenizer = SmallTokenizers.openGguf(SmallTokenizers.gguf("gpt2"))) {
            int[] ids = tokenizer.encode("a</s><note>", false);
            assertEquals(List.of("a", "</s>", "<note>"), pieces(tokenizer, "a</s><note>"));
            assertEquals("a</s><note>", tokenizer.decode(ids, false));
            assertEquals("a<note>", tokenizer.decode(ids, true));
        }
    }

    @Test
    void aByteWithoutATokenIsDropped() {
        ObjectNode metadata = SmallTokenizers.gguf("gpt-2").put("tokenizer.ggml.unknown_token_id", 0);
        ArrayNode tokens = (ArrayNode) metadata.get("tokenizer.ggml.tokens");
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).textValue().equals("z")) {
                tokens.set(i, "unused");
            }
        }
        try (Tokenizer tokenizer = SmallTokenizers.openGguf(metadata)) {
            assertArrayEquals(tokenizer.encode("ab", false), tokenizer.encode("azb", false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Q4_0", "Q8_0", "F16"})
    void tokenizersOfTheQuantGoldensOpen(String type) {
        try (Checkpoint checkpoint = Checkpoint.open(Shared.path("goldens", "gguf-quants", type, "model.gguf"));
                Tokenizer tokenizer = Tokenizer.open(checkpoint).orElseThrow()) {
            assertEquals(288, tokenizer.vocabularySize());
            int[] ids = tokenizer.encode("The \u00E9tude, 12 times.", true);
            assertEquals(1, ids[0]);
            assertEquals("<s>The \u00E9tude, 12 times.", tokenizer.decode(ids, false));
            assertEquals(1, SpecialTokens.of(checkpoint).bos().orElseThrow());
        }
    }

    @Test
    void aFileWithoutTokensHasNoTokenizer() {
        assertTrue(Tokenizer.open(StubCheckpoint.gguf(JsonNodeFactory.instance.objectNode()))
                .isEmpty());
    }

    @Test
    void whatIsNotReadYetIsRefusedByName() {
        assertRefused(m -> m.put("tokenizer.ggml.model", "llama"), "tokenizer.ggml.model is \"llama\"");
        assertRefused(
                m -> m.put("tokenizer.ggml.pre", "llama-bpe"),
                "tokenizer.ggml.pre is \"llama-bpe\"; expected one of gpt-2, gpt2, smollm");
        assertRefused(m -> m.remove("tokenizer.ggml.pre"), "tokenizer.ggml.pre is missing");
        assertRefused(m -> m.put("tokenizer.ggml.add_space_prefix", true), "tokenizer.ggml.add_space_prefix is true");
    }

    @Test
    void nonsenseIsRefusedByName() {
        assertRefused(m -> m.remove("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens is missing; expected a list");
        assertRefused(
                m -> m.withArray("tokenizer.ggml.tokens").set(7, 7), "tokenizer.ggml.tokens[7] is 7; expected text");
        assertRefused(
                m -> m.withArray("tokenizer.ggml.tokens").set(7, "<s>"),
                "tokenizer.ggml.tokens[7] is \"<s>\" again, after id 1");
        assertRefused(
                m -> m.withArray("tokenizer.ggml.token_type").remove(0), "tokenizer.ggml.token_type has 265 entries");
        assertRefused(
                m -> m.withArray("tokenizer.ggml.merges").set(0, "joined"),
                "tokenizer.ggml.merges[0] is \"joined\"; expected two tokens");
        assertRefused(m -> m.withArray("tokenizer.ggml.merges").set(0, "no such"), "refused by the tokenizers library");
        assertRefused(m -> m.put("tokenizer.ggml.bos_token_id", 9999), "tokenizer.ggml.bos_token_id is 9999");
        assertRefused(m -> m.put("tokenizer.ggml.bos_token_id", -1), "tokenizer.ggml.bos_token_id is -1");
    }

    private static void assertRefused(Consumer<ObjectNode> change, String message) {
        ObjectNode metadata = SmallTokenizers.gguf("gpt-2");
        change.accept(metadata);
        TokenizerException e =
                assertThrows(TokenizerException.class, () -> Tokenizer.open(StubCheckpoint.gguf(metadata)));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith("model.gguf"), e.getMessage());
    }

    /** Tokens of a text in the tokenizer's own spelling. */
    private static List<String> pieces(Tokenizer tokenizer, String text) {
        ObjectNode metadata = SmallTokenizers.gguf("gpt-2");
        return java.util.stream.IntStream.of(tokenizer.encode(text, false))
                .mapToObj(id -> metadata.get("tokenizer.ggml.tokens").get(id).textValue())
                .toList();
    }
}
