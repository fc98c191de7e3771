package io.sirocco.engine;

import io.sirocco.engine.Completion.Alternative;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Picks the next token from logits. Greedy takes the best (the lowest id among equals). Otherwise, in the order of vLLM: logits are
 * divided by the temperature, top-k keeps the k best and all that equal the k-th, top-p the smallest set of the best whose
 * probability reaches p, and one of the rest is drawn in proportion to its probability. A token less likely than 2^-53 of the best is
 * never drawn. Log-probabilities are those of the model itself, before all this.
 *
 * <p>One per worker: it holds scratch memory.
 */
final class Sampler {

    private static final double NEGLIGIBLE = -53 * Math.log(2);

    private final Kernels kernels;
    private long[] order = new long[0];
    private double[] mass = new double[0];

    Sampler(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * The token for these logits and its log-probability; null if a logit is NaN or infinite in a way that leaves no distribution.
     *
     * @param logits vocabSize values from o on
     */
    TokenLogprobs sample(
            float[] logits,
            int o,
            int vocabSize,
            SamplingParams params,
            CounterRandom random,
            int step,
            Worker worker) {
        int best = kernels.argmax(logits, o, vocabSize);
        if (best < 0 || !Float.isFinite(logits[o + best])) {
            return null;
        }
        int token = params.temperature() == 0
                ? best
                : draw(logits, o, vocabSize, logits[o + best], params, random.uniform(step));
        double logSum = kernels.logSumExp(logits, o, vocabSize, worker);
        return new TokenLogprobs(
                token, logits[o + token] - logSum, top(logits, o, vocabSize, Math.max(0, params.logprobs()), logSum));
    }

    /** Log-probability of a given token; NaN if the logits hold no distribution. */
    double logprob(float[] logits, int o, int vocabSize, int token, Worker worker) {
        return logits[o + token] - kernels.logSumExp(logits, o, vocabSize, worker);
    }

    private int draw(float[] logits, int o, int n, float best, SamplingParams params, double uniform) {
        if (order.length < n) {
            order = new long[n];
            mass = new double[n];
        }
        int count = 0;
        for (int id = 0; id < n; id++) {
            if ((logits[o + id] - (double) best) / params.temperature() >= NEGLIGIBLE) {
                order[count++] = rank(logits[o + id], id);
            }
        }
        Arrays.sort(order, 0, count);
        count = topK(logits, o, count, params.topK());
        double total = 0;
        for (int i = 0; i < count; i++) {
            mass[i] = StrictMath.exp((logits[o + id(order[i])] - (double) best) / params.temperature());
            total += mass[i];
        }
        double kept = 0;
        int last = 0;
        for (int i = 0; i < count && kept < params.topP() * total; i++) {
            kept += mass[i];
            last = i;
        }
        double target = uniform * kept;
        double sum = 0;
        for (int i = 0; i < last; i++) {
            sum += mass[i];
            if (target < sum) {
                return id(order[i]);
            }
        }
        return id(order[last]);
    }

    private int topK(float[] logits, int o, int count, int k) {
        if (k == 0 || k >= count) {
            return count;
        }
        int kept = k;
        while (kept < count && logits[o + id(order[kept])] == logits[o + id(order[k - 1])]) {
            kept++;
        }
        return kept;
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

    /** Sorts ascending as logits sort descending, lower ids first among equals. */
    private static long rank(float logit, int id) {
        int bits = Float.floatToRawIntBits(logit + 0f); // -0 equals 0
        int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
        return ((long) ~ascending << 32) | id;
    }

    private static int id(long rank) {
        return (int) rank;
    }
}
