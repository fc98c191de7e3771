package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sirocco.text.SmallTokenizers;
import io.sirocco.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts that are scored after a prompt, by a tokenizer that joins h and e, and a space and t. */
class PromptEncoderTest {

    private static final Tokenizer TOKENIZER = SmallTokenizers.ofBytes();
    private static final PromptEncoder ENCODER =
            new PromptEncoder(Path.of("model.gguf"), Optional.of(TOKENIZER), Optional.empty(), 1000);

    private static List<Integer> ids(String text, boolean bos) {
        return IntStream.of(TOKENIZER.encode(text, bos)).boxed().toList();
    }

    private static void check(String prompt, List<String> texts, String context, List<String> scored) {
        ScoreRequest expected = new ScoreRequest(
                new Prompt.Ids(ids(context, true)),
                scored.stream().map(text -> ids(text, false)).toList());
        assertEquals(expected, ENCODER.score(new Prompt.Text(prompt), texts));
    }

    @Test
    void aTextIsScoredFromThePromptsEndOn() {
        check("a b:", List.of(" the", "12", "e"), "a b:", List.of(" the", "12", "e"));
    }

    @Test
    void spacesAtThePromptsEndCountWithTheText() {
        check("a b: ", List.of("the", "a"), "a b:", List.of(" the", " a"));
    }

    @Test
    void ifOneTextIsJoinedToThePromptsEndAllAreScoredFromThere() {
        check("oh", List.of("a", "e", "he"), "o", List.of("ha", "he", "hhe"));
        check("oh", List.of("e"), "o", List.of("he"));
    }

    @Test
    void aTextWithoutTokensIsTheRowsError() {
        RowException e = assertThrows(RowException.class, () -> ENCODER.score(new Prompt.Text("oh"), List.of("a", "")));
        assertEquals("\"\" has no tokens of its own after the prompt", e.error().message());
    }
}
