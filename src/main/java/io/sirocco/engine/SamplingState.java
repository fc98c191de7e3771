package io.sirocco.engine;

import java.util.Arrays;
import java.util.BitSet;

/** What the choice of a sequence's next token depends on beside the logits: its parameters, its random numbers, its tokens so far. */
final class SamplingState {

    private final SamplingParams params;
    private final CounterRandom random;
    private final int[] endIds; // not before min-tokens
    private final BitSet seen = new BitSet(); // ids in prompt or answer; only if there are penalties
    private int[] counts = new int[0]; // by id: times in the answer; likewise
    private int generated; // tokens of the answer so far

    /**
     * At the end of the prompt.
     *
     * @param endIds tokens that end an answer: EOS, and the parameters' own
     */
    SamplingState(SamplingParams params, CounterRandom random, int[] prompt, int[] endIds) {
        this.params = params;
        this.random = random;
        this.endIds = endIds;
        if (params.penalises()) {
            for (int id : prompt) {
                seen.set(id);
            }
        }
    }

    SamplingParams params() {
        return params;
    }

    /** This step's random number, uniform in [0, 1). */
    double uniform() {
        return random.uniform(generated);
    }

    /** The next token of the answer. */
    void accept(int id) {
        generated++;
        if (params.penalises()) {
            seen.set(id);
            if (id >= counts.length) {
                counts = Arrays.copyOf(counts, Math.max(id + 1, 2 * counts.length));
            }
            counts[id]++;
        }
    }

    /** Whether {@link #adjust} would change anything. */
    boolean adjusts() {
        return params.penalises() || generated < params.minTokens();
    }

    /** Takes end tokens out before min-tokens, then applies the penalties, as {@link Sampler} says. */
    void adjust(float[] logits) {
        if (generated < params.minTokens()) {
            for (int id : endIds) {
                logits[id] = Float.NEGATIVE_INFINITY;
            }
        }
        if (params.penalises()) {
            for (int id = seen.nextSetBit(0); id >= 0; id = seen.nextSetBit(id + 1)) {
                logits[id] = penalised(logits[id], id < counts.length ? counts[id] : 0);
            }
        }
    }

    private float penalised(float logit, int count) {
        float repetition = (float) params.repetitionPenalty();
        float x = logit > 0 ? logit / repetition : logit * repetition;
        if (count > 0) {
            x -= (float) params.frequencyPenalty() * count;
            x -= (float) params.presencePenalty();
        }
        return x;
    }
}
