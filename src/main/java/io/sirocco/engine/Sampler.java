package io.sirocco.engine;

import io.sirocco.engine.Completion.Alternative;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.engine.constraint.AllowedTokens;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Picks the next token from logits, with the order and the definitions of vLLM:
 *
 * <ol>
 *   <li>The log-probabilities reported are those of the model itself, before all that follows.
 *   <li>Only tokens that the constraint allows are left, if there is one.
 *   <li>While the answer has fewer than min-tokens tokens, EOS and the stop tokens are out.
 *   <li>The repetition penalty divides the logit of each token of prompt or answer if it is positive, and multiplies it otherwise; the
 *       frequency penalty is subtracted for each time the token is in the answer, the presence penalty once if it is.
 *   <li>Greedy (temperature 0) takes the best, the lowest id among equals. Otherwise logits are divided by the temperature, and
 *   <li>min-p keeps the tokens whose probability is at least that share of the best one's,
 *   <li>top-k the k best of them and all that equal the k-th,
 *   <li>top-p the smallest set of the best of these (lower ids first among equals) whose share of their probability reaches p.
 *   <li>One of the rest is drawn in proportion to its probability.
 * </ol>
 *
 * <p>Probabilities relative to the best are computed in f32 and summed in f64; one under e^-87 is 0 and never drawn.
 *
 * <p>One per worker: it holds scratch memory.
 */
final class Sampler {

    /** Weights that are summed together, so that a draw looks at the sums first. */
    private static final int BLOCK = 256;

    /** How much less likely the candidates for top-p get from one attempt to the next. */
    private static final float STEP = 1 / 64f;

    private final Kernels kernels;
    private float[] adjusted = new float[0];
    private float[] weights = new float[0]; // probabilities relative to the best
    private double[] sums = new double[0]; // of blocks of weights
    private float[] largest = new float[0]; // a heap, the smallest first
    private long[] order = new long[0];

    Sampler(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * The token for these logits and its log-probability; null if a logit is NaN or infinite in a way that leaves no distribution.
     *
     * @param logits n values, one for each token of the vocabulary, from o on
     */
    TokenLogprobs sample(float[] logits, int o, int n, SamplingState state, Worker worker) {
        SamplingParams params = state.params();
        int best = best(logits, o, n);
        if (best < 0) {
            return null;
        }
        double logSum = logSum(logits, o, n, worker);
        int token;
        if (state.isConstrained()) {
            token = pickAllowed(logits, o, n, state);
        } else if (state.adjusts()) {
            token = pick(adjusted(logits, o, n, state), 0, n, state);
        } else {
            token = params.temperature() == 0 ? best : pick(logits, o, n, state);
        }
        return token < 0 ? null : reported(token, logits, o, n, logSum, params);
    }

    /** A token that is known already, with its log-probability; null as for {@link #sample}. */
    TokenLogprobs given(int token, float[] logits, int o, int n, SamplingParams params, Worker worker) {
        return best(logits, o, n) < 0 ? null : reported(token, logits, o, n, logSum(logits, o, n, worker), params);
    }

    private TokenLogprobs reported(int token, float[] logits, int o, int n, double logSum, SamplingParams params) {
        return new TokenLogprobs(
                token, logits[o + token] - logSum, top(logits, o, n, Math.max(0, params.logprobs()), logSum));
    }

    /** The best of n logits, or one drawn; -1 if they hold no distribution. */
    private int pick(float[] logits, int o, int n, SamplingState state) {
        int best = best(logits, o, n);
        if (best < 0 || state.params().temperature() == 0) {
            return best;
        }
        return draw(logits, o, n, logits[o + best], state.params(), state.uniform());
    }

    /** Picks among the tokens that the constraint allows: by themselves if they are few. */
    private int pickAllowed(float[] logits, int o, int n, SamplingState state) {
        AllowedTokens allowed = state.allowed();
        reserve(n);
        if (allowed.areFew()) {
            allowed.gather(logits, o, adjusted);
            state.penalise(adjusted, allowed);
            int picked = pick(adjusted, 0, allowed.count(), state);
            return picked < 0 ? -1 : allowed.id(picked);
        }
        allowed.mask(logits, o, n, adjusted);
        state.penalise(adjusted);
        return pick(adjusted, 0, n, state);
    }

    /** The likeliest token, the lowest id among equals; -1 if the logits hold no distribution. */
    int best(float[] logits, int o, int n) {
        int best = kernels.argmax(logits, o, n);
        return best >= 0 && Float.isFinite(logits[o + best]) ? best : -1;
    }

    /** What a token's logit is above its log-probability; NaN or infinite if the logits hold no distribution. */
    double logSum(float[] logits, int o, int n, Worker worker) {
        return kernels.logSumExp(logits, o, n, worker);
    }

    private void reserve(int n) {
        if (adjusted.length < n) {
            adjusted = new float[n];
        }
    }

    private float[] adjusted(float[] logits, int o, int n, SamplingState state) {
        reserve(n);
        System.arraycopy(logits, o, adjusted, 0, n);
        state.adjust(adjusted);
        return adjusted;
    }

    private int draw(float[] logits, int o, int n, float best, SamplingParams params, double uniform) {
        if (weights.length < n) {
            weights = new float[n];
            sums = new double[Math.ceilDiv(n, BLOCK)];
            order = new long[n];
        }
        kernels.exp(logits, o, n, best, Math.max((float) params.temperature(), Float.MIN_NORMAL), weights);
        float least = Math.max((float) params.minP(), Float.MIN_VALUE);
        if (params.topK() > 0 && params.topK() < n) {
            least = Math.max(least, atRank(params.topK(), n, least));
        }
        return params.topP() < 1 ? drawOfBest(n, least, params.topP(), uniform) : drawOfAll(n, least, uniform);
    }

    /** The k-th largest weight, or {@code least} if fewer than k reach that. */
    private float atRank(int k, int n, float least) {
        if (largest.length < k) {
            largest = new float[k];
        }
        Arrays.fill(largest, 0, k, least);
        for (int id = 0; id < n; id++) {
            if (weights[id] > largest[0]) {
                replaceSmallest(weights[id], k);
            }
        }
        return largest[0];
    }

    /** Sifts a value down the heap from its top. */
    private void replaceSmallest(float value, int k) {
        int at = 0;
        for (int child = 1; child < k; child = 2 * at + 1) {
            if (child + 1 < k && largest[child + 1] < largest[child]) {
                child++;
            }
            if (value <= largest[child]) {
                break;
            }
            largest[at] = largest[child];
            at = child;
        }
        largest[at] = value;
    }

    /** Draws from the tokens of at least this weight. */
    private int drawOfAll(int n, float least, double uniform) {
        double target = uniform * sum(n, least);
        double sum = 0;
        int block = 0;
        int last = Math.ceilDiv(n, BLOCK) - 1;
        while (sums[last] == 0) {
            last--;
        }
        while (block < last && target >= sum + sums[block]) {
            sum += sums[block++];
        }
        int drawn = -1;
        for (int id = block * BLOCK; id < n && (drawn < 0 || target >= sum); id++) {
            if (weights[id] >= least) {
                sum += weights[id];
                drawn = id;
            }
        }
        return drawn;
    }

    /** The sum of the weights of at least this size, and in {@link #sums} of each block of them. */
    private double sum(int n, float least) {
        double sum = 0;
        for (int block = 0; block * BLOCK < n; block++) {
            sums[block] = sum(block * BLOCK, Math.min(n, (block + 1) * BLOCK), least);
            sum += sums[block];
        }
        return sum;
    }

    /** In four chains, since one waits for each addition. */
    private double sum(int from, int to, float least) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i <= to - 4; i += 4) {
            a += atLeast(weights[i], least);
            b += atLeast(weights[i + 1], least);
            c += atLeast(weights[i + 2], least);
            d += atLeast(weights[i + 3], least);
        }
        for (; i < to; i++) {
            a += atLeast(weights[i], least);
        }
        return (a + b) + (c + d);
    }

    private static float atLeast(float weight, float least) {
        return weight >= least ? weight : 0f;
    }

    /** Draws from the best tokens that hold a share p of all of at least this weight. Only as many are sorted as it may take. */
    private int drawOfBest(int n, float least, double p, double uniform) {
        double nucleus = p * sum(n, least);
        for (float from = STEP; ; from *= STEP) {
            int count = sortFrom(Math.max(from, least), n);
            double mass = 0;
            for (int i = 0; i < count; i++) {
                mass += weight(i);
                if (mass >= nucleus || (i == count - 1 && from <= least)) {
                    return drawOfFirst(i + 1, uniform * mass);
                }
            }
        }
    }

    /** Puts the tokens of at least this weight in order, best first; returns how many they are. */
    private int sortFrom(float least, int n) {
        int count = 0;
        for (int id = 0; id < n; id++) {
            if (weights[id] >= least) {
                order[count++] = rank(weights[id], id);
            }
        }
        Arrays.sort(order, 0, count);
        return count;
    }

    private int drawOfFirst(int count, double target) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weight(i);
            if (target < sum) {
                return id(order[i]);
            }
        }
        return id(order[count - 1]);
    }

    private float weight(int i) {
        return weights[id(order[i])];
    }

    private List<Alternative> top(float[] logits, int o, int n, int k, double logSum) {
        if (k == 0) {
            return List.of();
        }
        long[] best = new long[Math.min(k, n)];
        int count = 0;
        for (int id = 0; id < n; id++) {
            long rank = rank(logits[o + id], id);
            if (count == best.length && rank > best[count - 1]) {
                continue;
            }
            int at = Arrays.binarySearch(best, 0, count, rank);
            at = at < 0 ? -at - 1 : at;
            System.arraycopy(best, at, best, at + 1, Math.min(count, best.length - 1) - at);
            best[at] = rank;
            count = Math.min(count + 1, best.length);
        }
        List<Alternative> alternatives = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int id = id(best[i]);
            alternatives.add(new Alternative(id, logits[o + id] - logSum));
        }
        return List.copyOf(alternatives);
    }

    /** Sorts ascending as values sort descending, lower ids first among equals. */
    private static long rank(float value, int id) {
        int bits = Float.floatToRawIntBits(value + 0f); // -0 equals 0
        int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
        return ((long) ~ascending << 32) | id;
    }

    private static int id(long rank) {
        return (int) rank;
    }
}
