package io.sirocco.engine;

import static io.sirocco.engine.Rows.await;
import static io.sirocco.engine.Rows.awaitIdle;
import static io.sirocco.engine.Rows.randomIds;
import static io.sirocco.engine.Rows.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Scores.Score;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Continuations are scored as their tokens' log-probabilities say, and without computing anything twice. */
class ScoresTest {

    private static final EngineOptions OPTIONS = new EngineOptions(2, 8, 512, 0, KvType.F32, true);

    private static Engine engine() {
        return Engine.open(new RandomModel(WeightType.F32, 0), OPTIONS, Kernels.get());
    }

    private static ScoreRequest scoring(int[] context, int[]... continuations) {
        return new ScoreRequest(
                new Prompt.Ids(list(context)),
                Stream.of(continuations).map(ScoresTest::list).toList());
    }

    private static List<Integer> list(int... ids) {
        return IntStream.of(ids).boxed().toList();
    }

    private static int[] ids(int... ids) {
        return ids;
    }

    @Test
    void probabilitiesOfAllSingleTokensSumToOneAndOneOfThemIsGreedy() {
        List<List<Integer>> all =
                IntStream.range(0, RandomModel.VOCABULARY).mapToObj(List::of).toList();
        try (Engine engine = engine()) {
            Scores scores = await(engine.score(new ScoreRequest(new Prompt.Ids(list(randomIds(20, 1))), all)));
            double sum = scores.continuations().stream()
                    .mapToDouble(score -> Math.exp(score.logprob()))
                    .sum();
            assertEquals(1, sum, 1e-5);
            Score best = scores.continuations().stream()
                    .max((a, b) -> Double.compare(a.logprob(), b.logprob()))
                    .orElseThrow();
            assertEquals(
                    List.of(best),
                    scores.continuations().stream().filter(Score::isGreedy).toList());
            assertEquals(20, scores.contextTokens());
            assertEquals(1, engine.stats().steps(), "one forward pass for all");
        }
    }

    @Test
    void whatGreedyDecodingSaysIsGreedyAndAnythingElseIsNot() {
        SamplingParams params = SamplingParams.builder()
                .maxTokens(12)
                .logprobs(0)
                .ignoreEos(true)
                .build();
        int[] context = randomIds(30, 2);
        try (Engine engine = engine()) {
            Completion answer = await(engine.submit(request("row", params, context)));
            int[] said = answer.outputs().getFirst().tokenIds().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            int[] other = said.clone();
            other[7] = (other[7] + 1) % RandomModel.VOCABULARY;
            Scores scores = await(engine.score(scoring(context, other, said)));
            assertFalse(scores.continuations().get(0).isGreedy());
            assertTrue(scores.continuations().get(1).isGreedy());
            assertEquals(
                    answer.outputs().getFirst().cumulativeLogprob(),
                    scores.continuations().get(1).logprob());
            assertEquals(12, scores.continuations().get(1).tokenLogprobs().size());
        }
    }

    @Test
    void theContextIsComputedOnceForAllContinuations() {
        int[] context = randomIds(100, 3);
        int[] first = randomIds(5, 4);
        int[] second = randomIds(9, 5);
        int[] third = randomIds(3, 6);
        try (Engine engine = engine()) {
            assertNull(await(engine.score(scoring(context, first, ids(7), second, third, ids(8))))
                    .error());
            // The longest comes with the context, and the last token of each is not fed.
            assertEquals(100 + 8 + 4 + 2, engine.stats().prefillTokens());
            assertEquals(2, engine.stats().steps());
            Scores again = await(engine.score(scoring(context, ids(9))));
            assertEquals(99, again.cachedTokens(), "all but the last token, whose logits are wanted");
        }
    }

    @Test
    void requestsThatCannotBeScoredSayWhy() {
        try (Engine engine = engine()) {
            int[] context = {1, 2, 3};
            assertError(engine, scoring(new int[0], ids(1)), Code.EMPTY_PROMPT, "no tokens");
            assertError(engine, scoring(context), Code.INVALID_PARAMS, "no continuations");
            assertError(engine, scoring(context, ids(1), ids()), Code.INVALID_PARAMS, "no tokens");
            assertError(engine, scoring(context, ids(1, 64)), Code.TOKENIZER_ERROR, "64 at index 1");
            assertError(engine, scoring(context, new int[4095]), Code.PROMPT_TOO_LONG, "4096");
            assertNull(await(engine.score(scoring(context, new int[4094]))).error(), "it just fits");
        }
    }

    private static void assertError(Engine engine, ScoreRequest request, Code code, String named) {
        Scores scores = await(engine.score(request));
        assertEquals(code, scores.error().code());
        assertTrue(scores.error().message().contains(named), scores.error().message());
        assertTrue(scores.continuations().isEmpty());
    }

    @Test
    void logitsThatAreNotNumbersEndTheirRequestOnly() {
        int poison = 63;
        int[] bad = {5, poison, 6, 7};
        int[] good = {5, 8, 6, 7};
        try (Engine engine = Engine.open(new RandomModel(WeightType.F32, 0).poison(poison), OPTIONS, Kernels.get())) {
            CompletableFuture<Scores> one = engine.score(scoring(new int[] {1, 2}, good, bad));
            CompletableFuture<Scores> other = engine.score(scoring(new int[] {1, 2}, good));
            assertEquals(Code.NON_FINITE_LOGITS, await(one).error().code());
            assertTrue(await(one).error().message().contains("after 4 tokens"));
            assertNull(await(other).error());
            assertEquals(0, engine.stats().heldBlocks());
        }
    }

    @Test
    void cancelledAndClosedRequestsEnd() throws InterruptedException {
        int[] context = new int[2000];
        CompletableFuture<Scores> closed;
        try (Engine engine = engine()) {
            CompletableFuture<Scores> cancelled = engine.score(scoring(context, new int[1500]));
            cancelled.cancel(false);
            awaitIdle(engine);
            assertEquals(0, engine.stats().heldBlocks());
            Arrays.fill(context, 1);
            closed = engine.score(scoring(context, new int[1500]));
        }
        assertTrue(closed.isDone());
        assertTrue(await(closed).error() == null || await(closed).error().code() == Code.INTERNAL);
        CompletableFuture<Scores> late;
        try (Engine engine = engine()) {
            engine.drain();
            late = engine.score(scoring(context, ids(1)));
        }
        assertEquals(Code.INTERNAL, await(late).error().code());
    }
}
