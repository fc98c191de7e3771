package io.sirocco.job;

import io.sirocco.engine.Scores.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The labels of a row, in the order in which they were given.
 *
 * @param best the likeliest; the first among equals
 */
record Ranking(String best, List<Label> labels) {

    /**
     * One of them.
     *
     * @param logprob of the whole label after the prompt, whatever labels are compared by
     * @param probability softmax over what they are compared by
     */
    record Label(String name, double logprob, double probability) {}

    /**
     * Compares labels.
     *
     * @param names at least one
     * @param scores of each after the row's prompt
     * @param neutral of each after a prompt that says nothing, to be taken off; or null
     */
    static Ranking of(LabelScoring scoring, List<String> names, List<Score> scores, List<Score> neutral) {
        double[] compared = new double[names.size()];
        int best = 0;
        for (int i = 0; i < compared.length; i++) {
            compared[i] = scoring.of(names.get(i), scores.get(i))
                    - (neutral == null ? 0 : scoring.of(names.get(i), neutral.get(i)));
            best = compared[i] > compared[best] ? i : best;
        }
        double most = compared[best];
        double sum = DoubleStream.of(compared).map(x -> Math.exp(x - most)).sum();
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < compared.length; i++) {
            labels.add(new Label(names.get(i), scores.get(i).logprob(), Math.exp(compared[i] - most) / sum));
        }
        return new Ranking(names.get(best), labels);
    }
}
