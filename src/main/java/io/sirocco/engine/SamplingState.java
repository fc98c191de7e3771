package io.sirocco.engine;

import io.sirocco.engine.constraint.AllowedTokens;
import io.sirocco.engine.constraint.CompiledConstraint;
import java.util.Arrays;
import java.util.BitSet;

/** What the choice of a sequence's next token depends on beside the logits: its parameters, its random numbers, its tokens so far. */
final class SamplingState {

    private final SamplingParams params;
    private final CounterRandom random;
    private final int[] endIds; // not before min-tokens
    private final BitSet seen = new BitSet(); // ids in prompt or answer; only if there are penalties
    private int[] counts = new int[0]; // by id: times in the answer; likewise
    private final CompiledConstraint constraint; // or null
    private int stand = CompiledConstraint.START; // in the constraint
    private int generated; // tokens of the answer so far

    /**
     * At the end of the prompt.
     *
     * @param endIds tokens that end an answer: EOS, and the parameters' own
     * @param constraint what the answer must be, or null
     */
    SamplingState(
            SamplingParams params, CounterRandom random, int[] prompt, int[] endIds, CompiledConstraint constraint) {
        this.params = params;
        this.constraint = constraint;
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
        if (constraint != null) {
            stand = constraint.next(stand, id);
        }
        if (params.penalises()) {
            seen.set(id);
            if (id >= counts.length) {
                counts = Arrays.copyOf(counts, Math.max(id + 1, 2 * counts.length));
            }
            counts[id]++;
        }
    }

    /** Whether only some tokens are {@link #allowed}. */
    boolean isConstrained() {
        return constraint != null;
    }

    /** The tokens that the constraint lets come next; none if the answer can neither end with a token nor go on. */
    AllowedTokens allowed() {
        int left = params.complete() ? params.maxTokens() - generated : CompiledConstraint.NO_LIMIT;
        return constraint.allowed(stand, generated >= params.minTokens(), left);
    }

    /** Whether the constraint lets the answer end here. */
    boolean mayEnd() {
        return constraint.isAccepting(stand);
    }

    /** Applies the penalties to logits of the tokens that are few. */
    void penalise(float[] logits, AllowedTokens few) {
        if (params.penalises()) {
            for (int i = 0; i < few.count(); i++) {
                int id = few.id(i);
                if (seen.get(id)) {
                    logits[i] = penalised(logits[i], id < counts.length ? counts[id] : 0);
                }
            }
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
        penalise(logits);
    }

    /** Applies the penalties. */
    void penalise(float[] logits) {
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
