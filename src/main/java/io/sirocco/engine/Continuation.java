package io.sirocco.engine;

import io.sirocco.engine.Scores.Score;
import java.util.Arrays;

/** A continuation and what is known so far of its tokens' log-probabilities. */
final class Continuation {

    private final int[] ids;
    private final double[] logprobs;
    private final boolean[] likeliest; // by token: none is likelier in its place

    Continuation(int[] ids) {
        this.ids = ids;
        logprobs = new double[ids.length];
        likeliest = new boolean[ids.length];
    }

    int[] ids() {
        return ids;
    }

    int length() {
        return ids.length;
    }

    /**
     * Scores the token at an index.
     *
     * @param logits from o on, one for each token of the vocabulary
     * @param logSum log of the sum of their exponentials
     * @param best the likeliest token
     */
    void read(int index, float[] logits, int o, double logSum, int best) {
        logprobs[index] = logits[o + ids[index]] - logSum;
        likeliest[index] = ids[index] == best;
    }

    /** Of all tokens. */
    Score score() {
        double sum = 0;
        boolean isGreedy = true;
        for (int i = 0; i < ids.length; i++) {
            sum += logprobs[i];
            isGreedy &= likeliest[i];
        }
        return new Score(sum, Arrays.stream(logprobs).boxed().toList(), isGreedy);
    }
}
