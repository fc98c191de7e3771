package io.sirocco.job;

import io.sirocco.engine.Scores.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a row's labels are, and how likely each that it could have, in the order in which they were given.
 *
 * @param label that of the row: the likeliest, the first among equals; or all that apply, with commas between
 */
record Ranking(String label, List<Label> labels) {

    /** The two answers to the question whether a label applies. */
    static final List<String> YES_NO = List.of("yes", "no");

    /**
     * One of them.
     *
     * @param logprob of the label after the prompt, or of yes after the question about it; whatever they are compared by
     * @param probability softmax over what they are compared by
     */
    record Label(String name, double logprob, double probability) {}

    /**
     * Compares labels of which a row has one.
     *
     * @param names at least one
     * @param scores of each after the row's prompt
     * @param neutral of each after a prompt that says nothing, to be taken off; or null
     */
    static Ranking of(LabelScoring scoring, List<String> names, List<Score> scores, List<Score> neutral) {
        double[] logprobs = LabelTree.logprobs(names, scores);
        double[] compared = scoring.of(names, scores, logprobs);
        if (neutral != null) {
            double[] prior = scoring.of(names, neutral, LabelTree.logprobs(names, neutral));
            for (int i = 0; i < compared.length; i++) {
                compared[i] -= prior[i];
            }
        }
        int best = IntStream.range(1, compared.length).reduce(0, (most, i) -> compared[i] > compared[most] ? i : most);
        double most = compared[best];
        double sum = DoubleStream.of(compared).map(x -> Math.exp(x - most)).sum();
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < compared.length; i++) {
            labels.add(new Label(names.get(i), logprobs[i], Math.exp(compared[i] - most) / sum));
        }
        return new Ranking(names.get(best), labels);
    }

    /**
     * Decides on each label by itself.
     *
     * @param scores for each label, of {@link #YES_NO} after the question about it
     * @param neutral the same after questions about nothing, to be taken off; or null
     */
    static Ranking each(LabelScoring scoring, List<String> names, List<List<Score>> scores, List<List<Score>> neutral) {
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Label yes = of(scoring, YES_NO, scores.get(i), neutral == null ? null : neutral.get(i))
                    .labels()
                    .getFirst();
            labels.add(new Label(names.get(i), yes.logprob(), yes.probability()));
        }
        return new Ranking(
                labels.stream()
                        .filter(label -> label.probability() > 0.5)
                        .map(Label::name)
                        .collect(Collectors.joining(",")),
                labels);
    }

    /** The expected number, where labels are numbers. */
    double value() {
        return labels.stream()
                .mapToDouble(label -> label.probability() * Integer.parseInt(label.name()))
                .sum();
    }
}
