package io.sirocco.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.job.TinyModel;
import io.sirocco.text.TokenPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts become the tokens that the harness would feed; the tokenizer has one character a token, and adds BOS, which is 1. */
class RequestEncoderTest {

    private static final int BOS = 1;

    private static List<Integer> ids(String text) {
        return text.chars().mapToObj(c -> c == ' ' ? 3 : c - 'a' + 4).toList();
    }

    private static List<Integer> withBos(String text) {
        List<Integer> ids = new ArrayList<>(List.of(BOS));
        ids.addAll(ids(text));
        return ids;
    }

    private static EvalModel model(int maxLength) {
        return EvalModel.open(TinyModel.path(), OptionalInt.of(maxLength));
    }

    private static TokenPair encode(int maxLength, String context, String continuation) {
        try (EvalModel model = model(maxLength)) {
            return new RequestEncoder(model).encode(new Loglikelihood(context, continuation));
        }
    }

    @Test
    void spacesAtTheContextsEndAreTheContinuations() {
        assertEquals(new TokenPair(withBos("ab"), ids(" cd")), encode(100, "ab", " cd"));
        assertEquals(new TokenPair(withBos("ab"), ids("  cd")), encode(100, "ab  ", "cd"));
        assertEquals(new TokenPair(List.of(BOS), ids("  cd")), encode(100, "  ", "cd"), "only spaces");
    }

    @Test
    void withoutAContextThePrefixTokenIsIt() {
        assertEquals(new TokenPair(List.of(BOS), ids("cd")), encode(100, "", "cd"));
        assertEquals(new TokenPair(List.of(BOS), ids("cd")), encode(100, "", "<s>cd"), "it is there already");
    }

    @Test
    void contextsLoseTheirBeginningSoThatAllButTheLastTokenFits() {
        assertEquals(new TokenPair(ids("bcd"), ids("ef")), encode(4, "abcd", "ef"));
        assertEquals(new TokenPair(ids("d"), ids("efgh")), encode(4, "abcd", "efgh"));
        EvalException refused = assertThrows(EvalException.class, () -> encode(4, "abcd", "efghi"));
        assertTrue(refused.getMessage().contains("max-length is 4"), refused.getMessage());
    }

    @Test
    void aTextIsScoredInWindowsEachTokenOnce() {
        try (EvalModel model = model(4)) {
            RequestEncoder encoder = new RequestEncoder(model);
            List<TokenPair> windows = encoder.windows("abcdefgh");
            assertEquals(3, windows.size());
            assertEquals(new TokenPair(List.of(BOS), withBos("abc")), windows.get(0));
            assertEquals(new TokenPair(ids("c"), ids("defg")), windows.get(1));
            assertEquals(new TokenPair(ids("defg"), ids("h")), windows.get(2), "the last sees as much as fits");
            assertEquals(
                    withBos("abcdefgh"),
                    windows.stream()
                            .flatMap(window -> window.continuation().stream())
                            .toList());
            assertEquals(List.of(new TokenPair(List.of(BOS), List.of(BOS))), encoder.windows(""));
        }
    }

    @Test
    void promptsLeaveRoomForTheAnswerAndSpecialTokensStopIt() {
        try (EvalModel model = model(10)) {
            RequestEncoder encoder = new RequestEncoder(model);
            Map<String, Object> options = Map.of("until", List.of("x", "<s>"), "max_gen_toks", 7L);
            Work.Generate request = encoder.generate("id", new Generate("abcdef", options), 2);
            assertEquals(ids("def"), request.context());
            assertEquals(7, request.params().maxTokens());
            assertEquals(2, request.params().n());
            assertEquals(List.of("x"), request.params().stop());
            assertEquals(List.of(BOS), request.params().stopTokenIds());
            assertEquals(0, request.params().temperature());
            assertThrows(
                    EvalException.class,
                    () -> encoder.generate("id", new Generate("abc", Map.of("max_gen_toks", 10L)), 1));
            EvalException unknown = assertThrows(
                    EvalException.class,
                    () -> encoder.generate("id", new Generate("abc", Map.of("num_beams", 4L, "max_gen_toks", 2L)), 1));
            assertTrue(unknown.getMessage().contains("num_beams"), unknown.getMessage());
        }
    }

    @Test
    void randomNumbersArePythons() {
        PythonRandom random = new PythonRandom(1234);
        assertEquals(List.of(3, 0, 4), random.sample(upTo(5), 3));
        assertEquals(List.of(2, 18, 1, 20, 3), random.sample(upTo(21), 5));
        assertEquals(List.of(11, 7, 0, 20, 19), random.sample(upTo(22), 5));
        assertEquals(List.of(30, 39, 29), random.sample(upTo(40), 3));
        assertEquals(List.of(19, 11, 23, 91, 14, 1, 64), random.sample(upTo(100), 7));
        assertEquals(List.of(62, 31, 8, 69, 59, 82), random.sample(upTo(85), 6));
        assertEquals(List.of(76, 11, 65, 74, 5, 34), random.sample(upTo(86), 6));
        assertEquals(List.of(844, 569, 64, 660, 309, 492, 870, 363, 272, 255), random.sample(upTo(1000), 10));
        assertEquals(List.of(26218, 59426, 69489, 2529), random.sample(upTo(70000), 4));
        assertEquals(List.of(2, 0, 1), random.sample(upTo(3), 3));
        PythonRandom seven = new PythonRandom(7);
        assertEquals(0.32383276483316237, seven.random());
        assertEquals(0.15084917392450192, seven.random());
        assertEquals(List.of(6, 0, 5, 3, 0, 5, 0, 4), seven.choices(upTo(10), 8));
        assertEquals(0.8444218515250481, new PythonRandom(0).random());
        assertEquals(0.5043802970418443, new PythonRandom((1L << 40) + 5).random());
    }

    private static List<Integer> upTo(int n) {
        return IntStream.range(0, n).boxed().toList();
    }
}
