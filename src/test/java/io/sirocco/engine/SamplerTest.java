package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.Team;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {

    private static final float[] LOGITS = logits(0.4, 0.3, 0.15, 0.1, 0.05);
    private static final int[] NO_IDS = {};

    private final Sampler sampler = new Sampler(Kernels.get());
    private final Team team = new Team(1);

    @AfterEach
    void close() {
        team.close();
    }

    private static float[] logits(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }

    private static SamplingParams.Builder hot() {
        return SamplingParams.builder().maxTokens(1000).temperature(1);
    }

    private static SamplingState state(SamplingParams.Builder params, String row, int[] prompt, int... answer) {
        SamplingParams built = params.build();
        SamplingState state =
                new SamplingState(built, new CounterRandom(built.seed(), row, 0), prompt, new int[] {0, 3}, null);
        for (int id : answer) {
            state.accept(id);
        }
        return state;
    }

    private TokenLogprobs sample(float[] logits, SamplingState state) {
        AtomicReference<TokenLogprobs> picked = new AtomicReference<>();
        team.run(worker -> picked.set(sampler.sample(logits, 0, logits.length, state, worker)));
        return picked.get();
    }

    private int greedy(float[] logits, SamplingParams.Builder params, int[] prompt, int... answer) {
        return sample(logits, state(params.temperature(0), "a", prompt, answer)).tokenId();
    }

    /** Chi-squared over many rows, against the critical value of p = 0.001. */
    private void assertDistribution(double[] expected, float[] logits, SamplingParams.Builder params, int... answer) {
        int draws = 20_000;
        int[] seen = new int[logits.length];
        for (int row = 0; row < draws; row++) {
            seen[sample(logits, state(params, "row" + row, NO_IDS, answer)).tokenId()]++;
        }
        double chi = 0;
        int degrees = -1;
        for (int i = 0; i < seen.length; i++) {
            if (expected[i] == 0) {
                assertEquals(0, seen[i], "token " + i + " is never drawn");
            } else {
                chi += Math.pow(seen[i] - draws * expected[i], 2) / (draws * expected[i]);
                degrees++;
            }
        }
        assertTrue(degrees == 0 || chi < critical(degrees), "chi-squared " + chi + " of " + degrees + " degrees");
    }

    /** Of chi-squared at p = 0.001, by Wilson and Hilferty (1931). */
    private static double critical(int degrees) {
        double t = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - t + 3.0902 * Math.sqrt(t), 3);
    }

    private static double[] shares(double... weights) {
        double sum = java.util.Arrays.stream(weights).sum();
        return java.util.Arrays.stream(weights).map(w -> w / sum).toArray();
    }

    @Test
    void temperatureOneFollowsTheModel() {
        assertDistribution(new double[] {0.4, 0.3, 0.15, 0.1, 0.05}, LOGITS, hot());
    }

    @Test
    void temperatureReshapes() {
        assertDistribution(shares(0.16, 0.09, 0.0225, 0.01, 0.0025), LOGITS, hot().temperature(0.5));
        assertDistribution(new double[] {1, 0, 0, 0, 0}, LOGITS, hot().temperature(1e-300));
    }

    @Test
    void topKKeepsTheBestAndTheirEquals() {
        assertDistribution(shares(0.4, 0.3, 0, 0, 0), LOGITS, hot().topK(2));
        assertDistribution(shares(0.4, 0.2, 0.2, 0.2, 0), logits(0.4, 0.2, 0.2, 0.2, 0.1), hot().topK(2));
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesIt() {
        assertDistribution(shares(0.4, 0.3, 0.15, 0, 0), LOGITS, hot().topP(0.75));
        assertDistribution(shares(0.4, 0.3, 0.15, 0.1, 0), LOGITS, hot().topP(0.9));
        assertDistribution(new double[] {1, 0, 0, 0, 0}, LOGITS, hot().topP(0.3));
    }

    @Test
    void minPKeepsAShareOfTheBest() {
        assertDistribution(shares(0.4, 0.3, 0.15, 0, 0), LOGITS, hot().minP(0.3));
        assertDistribution(shares(0.4, 0.3, 0, 0, 0), LOGITS, hot().minP(0.5));
    }

    @Test
    void minPThenTopKThenTopPOfWhatIsLeft() {
        // min-p leaves 4, top-k 3 of mass 0.85; 0.9 of that needs all three, 0.8 needs two
        assertDistribution(
                shares(0.4, 0.3, 0.15, 0, 0), LOGITS, hot().minP(0.2).topK(3).topP(0.9));
        assertDistribution(
                shares(0.4, 0.3, 0, 0, 0), LOGITS, hot().minP(0.2).topK(3).topP(0.8));
    }

    @Test
    void penaltiesReshapeWhatIsDrawn() {
        // token 1 twice and token 2 once in the answer
        double presence = Math.exp(-0.5);
        assertDistribution(
                shares(0.4, 0.3 * presence, 0.15 * presence, 0.1, 0.05), LOGITS, hot().presencePenalty(0.5), 1, 2, 1);
        assertDistribution(
                shares(0.4, 0.3 * Math.exp(-1.4), 0.15 * Math.exp(-0.7), 0.1, 0.05),
                LOGITS,
                hot().frequencyPenalty(0.7),
                1,
                2,
                1);
        // negative logits are multiplied: p^2
        assertDistribution(shares(0.4, 0.09, 0.0225, 0.1, 0.05), LOGITS, hot().repetitionPenalty(2), 1, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "0.9, 0, 0", "1, 50, 0", "0.6, 200, 0.001", "1, 0, 0.05"})
    void largeVocabulariesFollowTheirDistributionToo(double topP, int topK, double minP) {
        Random random = new Random(3);
        float[] logits = new float[1111];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (3 * random.nextGaussian());
        }
        double best = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double[] weights = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i] - best))
                .toArray();
        int[] order = IntStream.range(0, logits.length)
                .boxed()
                .sorted((a, b) -> Double.compare(weights[b], weights[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        double kept = 0;
        for (int rank = 0; rank < order.length; rank++) {
            if (weights[order[rank]] < minP || (topK > 0 && rank >= topK)) {
                weights[order[rank]] = 0;
            }
            kept += weights[order[rank]];
        }
        double sum = 0;
        for (int id : order) {
            if (sum >= topP * kept) {
                weights[id] = 0;
            }
            sum += weights[id];
        }
        // Buckets of about equal probability, so that none is too small for the test.
        int buckets = 12;
        double[] expected = new double[buckets];
        int[] bucketOf = new int[logits.length];
        double total = java.util.Arrays.stream(weights).sum();
        double before = 0;
        for (int id = 0; id < logits.length; id++) {
            bucketOf[id] = (int) Math.min(buckets - 1, before / total * buckets);
            expected[bucketOf[id]] += weights[id] / total;
            before += weights[id];
        }
        int draws = 20_000;
        int[] seen = new int[buckets];
        SamplingParams.Builder params = hot().topP(topP).topK(topK).minP(minP);
        for (int row = 0; row < draws; row++) {
            int id = sample(logits, state(params, "row" + row, NO_IDS)).tokenId();
            assertTrue(weights[id] > 0, "token " + id + " should not be drawn");
            seen[bucketOf[id]]++;
        }
        double chi = 0;
        for (int i = 0; i < buckets; i++) {
            chi += expected[i] == 0 ? 0 : Math.pow(seen[i] - draws * expected[i], 2) / (draws * expected[i]);
        }
        assertTrue(chi < critical(buckets - 1), "chi-squared " + chi);
    }

    @Test
    void repetitionPenaltyDividesPositiveLogitsOfPromptAndAnswer() {
        float[] logits = {0, 3, 2.9f, 2};
        assertEquals(1, greedy(logits, hot(), NO_IDS));
        assertEquals(2, greedy(logits, hot().repetitionPenalty(1.2), new int[] {1}));
        assertEquals(3, greedy(logits, hot().repetitionPenalty(1.6), new int[] {1}, 2));
        assertEquals(1, greedy(logits, hot().repetitionPenalty(1.6), NO_IDS));
    }

    @Test
    void presenceAndFrequencyPenaltiesCountTheAnswerOnly() {
        float[] logits = {0, 3, 2, 1};
        assertEquals(1, greedy(logits, hot().presencePenalty(2).frequencyPenalty(2), new int[] {1, 1, 1}));
        assertEquals(2, greedy(logits, hot().presencePenalty(1.5), NO_IDS, 1));
        assertEquals(1, greedy(logits, hot().frequencyPenalty(0.6), NO_IDS, 1));
        assertEquals(2, greedy(logits, hot().frequencyPenalty(0.6), NO_IDS, 1, 1));
        assertEquals(1, greedy(logits, hot().presencePenalty(0.6), NO_IDS, 1, 1), "presence does not add up");
        assertEquals(3, greedy(logits, hot().frequencyPenalty(-1.1), NO_IDS, 3, 3), "negative penalties favour");
    }

    @Test
    void endTokensWaitForMinTokens() {
        float[] logits = {5, 1, 0, 4}; // 0 and 3 end an answer
        assertEquals(1, greedy(logits, hot().minTokens(2), NO_IDS));
        assertEquals(1, greedy(logits, hot().minTokens(2), NO_IDS, 1));
        assertEquals(0, greedy(logits, hot().minTokens(2), NO_IDS, 1, 1));
    }

    @Test
    void greedyTakesTheLowestIdAmongEquals() {
        assertEquals(1, greedy(new float[] {0, 3, 3, 1}, hot(), NO_IDS));
    }

    @Test
    void logprobsAreTheModelsOwn() {
        SamplingParams.Builder params = hot().temperature(0.1)
                .topP(0.1)
                .topK(1)
                .minTokens(1)
                .repetitionPenalty(3)
                .logprobs(2);
        TokenLogprobs picked = sample(LOGITS, state(params, "a", new int[] {1}));
        assertEquals(2, picked.tokenId(), "0 ends the answer, 1 is penalised");
        assertEquals(Math.log(0.15), picked.logprob(), 1e-6);
        assertEquals(2, picked.top().size());
        assertEquals(0, picked.top().getFirst().tokenId());
        assertEquals(Math.log(0.4), picked.top().getFirst().logprob(), 1e-6);
        assertEquals(Math.log(0.3), picked.top().get(1).logprob(), 1e-6);
    }

    @Test
    void aDrawDependsOnSeedRowSampleAndStepOnly() {
        int[] answer = new int[20];
        int[] ids = IntStream.range(0, 20)
                .map(step -> sample(LOGITS, state(hot(), "a", NO_IDS, java.util.Arrays.copyOf(answer, step)))
                        .tokenId())
                .toArray();
        for (int step = 0; step < 20; step++) {
            SamplingState again = state(hot(), "a", NO_IDS, java.util.Arrays.copyOf(answer, step));
            assertEquals(ids[step], sample(LOGITS, again).tokenId());
        }
        assertTrue(IntStream.of(ids).distinct().count() > 2, "steps draw afresh");
        assertNotEquals(new CounterRandom(0, "a", 0).uniform(0), new CounterRandom(1, "a", 0).uniform(0));
        assertNotEquals(new CounterRandom(0, "a", 0).uniform(0), new CounterRandom(0, "b", 0).uniform(0));
        assertNotEquals(new CounterRandom(0, "a", 0).uniform(0), new CounterRandom(0, "a", 1).uniform(0));
        assertNotEquals(new CounterRandom(0, "a", 0).uniform(0), new CounterRandom(0, "a", 0).uniform(1));
    }

    @Test
    void notANumberHasNoAnswer() {
        assertNull(sample(new float[] {0, Float.NaN, 1}, state(hot().temperature(0), "a", NO_IDS)));
        assertNull(sample(new float[] {0, Float.POSITIVE_INFINITY, 1}, state(hot(), "a", NO_IDS)));
        float[] onlyEnds = {1, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, 1};
        assertNull(sample(onlyEnds, state(hot().minTokens(1), "a", NO_IDS)));
    }
}
