package io.sirocco.report;

import java.util.Collections;
import java.util.List;

/**
 * The choices of a multiple-choice document.
 *
 * @param texts of the choices, in order
 * @param probabilities softmax of their log-likelihoods, so that they sum to 1
 * @param gold the right one, or -1 if the file does not say
 */
record Choices(List<String> texts, List<Double> probabilities, int gold) {

    static Choices of(List<String> texts, List<Double> logLikelihoods, int gold) {
        double most = Collections.max(logLikelihoods);
        List<Double> weights =
                logLikelihoods.stream().map(value -> Math.exp(value - most)).toList();
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        return new Choices(texts, weights.stream().map(weight -> weight / sum).toList(), gold);
    }

    /** The most likely one, the first of equals. */
    int chosen() {
        return probabilities.indexOf(Collections.max(probabilities));
    }

    /** Probability of the chosen one. */
    double confidence() {
        return probabilities.get(chosen());
    }

    boolean right() {
        return chosen() == gold;
    }
}
