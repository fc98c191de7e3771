package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirocco.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecialTokensTest {
    @TempDir
    Path directory;

    @Test
    void generationConfigGoesBeforeConfigFieldByField() throws IOException {
        StubCheckpoint model = directory("{\"bos_token_id\": 1, \"eos_token_id\": 2}");
        assertEquals(new SpecialTokens(OptionalInt.of(1), Set.of(2)), SpecialTokens.of(model));
        model.with("generation_config.json", "{\"bos_token_id\": null, \"eos_token_id\": [7, 8, 8]}");
        assertEquals(new SpecialTokens(OptionalInt.of(1), Set.of(7, 8)), SpecialTokens.of(model));
    }

    @Test
    void aModelMayNameNone() throws IOException {
        assertEquals(new SpecialTokens(OptionalInt.empty(), Set.of()), SpecialTokens.of(directory("{}")));
    }

    @Test
    void ggufNamesTheEndsOfSequenceTurnAndMessage() throws IOException {
        assertEquals(
                new SpecialTokens(OptionalInt.of(1), Set.of(2, 5, 6)),
                SpecialTokens.of(StubCheckpoint.gguf(json("{\"tokenizer.ggml.bos_token_id\": 1,"
                        + "\"tokenizer.ggml.eos_token_id\": 2, \"tokenizer.ggml.eot_token_id\": 5,"
                        + "\"tokenizer.ggml.eom_token_id\": 6}"))));
    }

    @Test
    void nonsenseIsRefusedByName() throws IOException {
        assertRefused("{\"eos_token_id\": \"</s>\"}", "config.json: eos_token_id is \"</s>\"");
        assertRefused(
                "{\"eos_token_id\": [1, -2]}",
                "config.json: eos_token_id is a list; expected a token id or a list of them");
        assertRefused("{\"bos_token_id\": 1.5}", "config.json: bos_token_id is 1.5");
    }

    private void assertRefused(String config, String message) throws IOException {
        StubCheckpoint model = directory(config);
        TokenizerException e = assertThrows(TokenizerException.class, () -> SpecialTokens.of(model));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private StubCheckpoint directory(String config) throws IOException {
        return new StubCheckpoint(Checkpoint.Format.HUGGING_FACE, directory, json(config));
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
