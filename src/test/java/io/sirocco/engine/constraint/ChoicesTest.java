package io.sirocco.engine.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {

    private static ByteDfa dfa(List<String> texts) {
        return Compiler.dfa(new Constraint.Choices(texts));
    }

    private static boolean accepts(ByteDfa dfa, String text) {
        return dfa.accepts(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(List<String> texts) {
        return assertThrows(ConstraintException.class, () -> dfa(texts)).getMessage();
    }

    /** Random ones, since numbers in order would share nearly all of their states. */
    private static List<String> words(int count, int letters) {
        Random random = new Random(1);
        return Stream.generate(() -> random.ints(letters, 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .limit(count)
                .toList();
    }

    @Test
    void aHundredThousandChoicesAreAllowed() {
        List<String> words = words(100_000, 5);
        ByteDfa dfa = dfa(words);
        words.forEach(word -> assertTrue(accepts(dfa, word), word));
        assertFalse(accepts(dfa, "abc"));
    }

    @Test
    void choicesThatDoNotFitAreRefused() {
        assertEquals(
                "choices is too large: as an automaton it has more than 65536 states; make it simpler",
                refusal(words(100_000, 12)));
        assertTrue(refusal(List.of("x".repeat(100_000))).contains("65536 states"));
    }

    @Test
    void oneThatIsGivenTwiceIsOne() {
        assertEquals(2, dfa(List.of("a", "a", "b")).states());
    }

    @ParameterizedTest
    @ValueSource(strings = {"日本", "😀", "e\u0301", "\0", " ", "long long long"})
    void choicesAreTheirOwnCharactersWhateverTheirLength(String text) {
        String longer = text.repeat(1000);
        ByteDfa dfa = dfa(List.of(longer, "other", text));
        assertTrue(accepts(dfa, text));
        assertTrue(accepts(dfa, longer));
        assertFalse(accepts(dfa, text + text));
        assertFalse(accepts(dfa, "\u00e9"));
    }

    @Test
    void whatNoAnswerCanBeIsRefused() {
        assertEquals("choices: expected at least one text, none of them empty", refusal(List.of("a", "")));
        assertEquals(
                "choices: \"a\ud800\" is not Unicode text; half of a surrogate pair is missing",
                refusal(List.of("b", "a\ud800")));
    }
}
