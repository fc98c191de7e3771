package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.Team;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SamplerTest {

    private static final float[] LOGITS = logits(0.4, 0.3, 0.15, 0.1, 0.05);

    private static float[] logits(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }

    private static SamplingParams params(double temperature, double topP, int topK) {
        return SamplingParams.builder()
                .maxTokens(1)
                .temperature(temperature)
                .topP(topP)
                .topK(topK)
                .logprobs(2)
                .build();
    }

    private static TokenLogprobs sample(float[] logits, SamplingParams params, String row, int step) {
        Sampler sampler = new Sampler(Kernels.get());
        SamplingState state =
                new SamplingState(params, new CounterRandom(params.seed(), row, 0), new int[0], new int[0]);
        for (int i = 0; i < step; i++) {
            state.accept(0);
        }
        AtomicReference<TokenLogprobs> picked = new AtomicReference<>();
        try (Team team = new Team(1)) {
            team.run(worker -> picked.set(sampler.sample(logits, 0, logits.length, state, worker)));
        }
        return picked.get();
    }

    /** Chi-squared over many rows: 4 degrees of freedom, the critical value of p = 0.001. */
    private static void assertDistribution(double[] expected, SamplingParams params) {
        int draws = 4000;
        int[] seen = new int[LOGITS.length];
        for (int row = 0; row < draws; row++) {
            seen[sample(LOGITS, params, "row" + row, 0).tokenId()]++;
        }
        double chi = 0;
        for (int i = 0; i < seen.length; i++) {
            if (expected[i] == 0) {
                assertEquals(0, seen[i], "token " + i + " is never drawn");
            } else {
                chi += Math.pow(seen[i] - draws * expected[i], 2) / (draws * expected[i]);
            }
        }
        assertTrue(chi < 18.47, "chi-squared " + chi);
    }

    @Test
    void temperatureOneFollowsTheModel() {
        assertDistribution(new double[] {0.4, 0.3, 0.15, 0.1, 0.05}, params(1, 1, 0));
    }

    @Test
    void temperatureReshapes() {
        double sum = 0.16 + 0.09 + 0.0225 + 0.01 + 0.0025;
        assertDistribution(
                new double[] {0.16 / sum, 0.09 / sum, 0.0225 / sum, 0.01 / sum, 0.0025 / sum}, params(0.5, 1, 0));
    }

    @Test
    void topKKeepsTheBest() {
        assertDistribution(new double[] {0.4 / 0.7, 0.3 / 0.7, 0, 0, 0}, params(1, 1, 2));
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesIt() {
        assertDistribution(new double[] {0.4 / 0.85, 0.3 / 0.85, 0.15 / 0.85, 0, 0}, params(1, 0.75, 0));
    }

    @Test
    void greedyTakesTheLowestIdAmongEquals() {
        assertEquals(
                1, sample(new float[] {0, 3, 3, 1}, params(0, 1, 0), "a", 0).tokenId());
    }

    @Test
    void logprobsAreTheModelsOwn() {
        TokenLogprobs picked = sample(LOGITS, params(0.1, 0.1, 1), "a", 0);
        assertEquals(Math.log(0.4), picked.logprob(), 1e-6);
        assertEquals(2, picked.top().size());
        assertEquals(1, picked.top().get(1).tokenId());
        assertEquals(Math.log(0.3), picked.top().get(1).logprob(), 1e-6);
    }

    @Test
    void aDrawDependsOnSeedRowAndStepOnly() {
        SamplingParams hot = params(5, 1, 0);
        for (int step = 0; step < 20; step++) {
            assertEquals(sample(LOGITS, hot, "a", step), sample(LOGITS, hot, "a", step));
        }
        long distinct = java.util.stream.IntStream.range(0, 40)
                .map(step -> sample(LOGITS, hot, "a", step).tokenId())
                .distinct()
                .count();
        assertTrue(distinct > 2, "steps draw afresh");
    }

    @Test
    void notANumberHasNoAnswer() {
        assertNull(sample(new float[] {0, Float.NaN, 1}, params(0, 1, 0), "a", 0));
        assertNull(sample(new float[] {0, Float.POSITIVE_INFINITY, 1}, params(1, 1, 0), "a", 0));
    }
}
