package io.sirocco.job;

import io.sirocco.engine.Scores.Score;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labels by what they begin with. A model that writes 10 has written 1 before, so whatever the text is, 1 is the likelier of the two if both
 * are scored by their own tokens alone. What tells them apart is the end: 1 counts with what is left when the longer labels that go on from
 * it are taken away, p(1) - p(10).
 */
final class LabelTree {

    /** The least share of a label's probability that its longer ones leave: doubles tell no less from nothing. */
    private static final double LEAST = 0x1p-53;

    private LabelTree() {}

    /** The log-probability of each label, and of none that goes on from it. */
    static double[] logprobs(List<String> names, List<Score> scores) {
        double[] left = new double[names.size()]; // share of each that no longer label takes
        Arrays.fill(left, 1);
        Deque<Integer> beginnings = new ArrayDeque<>(); // of the label at hand, the longest first
        List<Integer> sorted = IntStream.range(0, names.size())
                .boxed()
                .sorted(Comparator.comparing(names::get))
                .toList();
        for (int label : sorted) {
            while (!beginnings.isEmpty() && !names.get(label).startsWith(names.get(beginnings.peek()))) {
                beginnings.pop();
            }
            beginnings.stream()
                    .filter(shorter -> goesOn(scores.get(shorter), scores.get(label)))
                    .findFirst()
                    .ifPresent(shorter -> left[shorter] -= Math.exp(
                            scores.get(label).logprob() - scores.get(shorter).logprob()));
            beginnings.push(label);
        }
        return IntStream.range(0, left.length)
                .mapToDouble(label -> scores.get(label).logprob() + Math.log(Math.max(left[label], LEAST)))
                .toArray();
    }

    /** Whether the longer of two labels begins with the shorter's tokens: then their log-probabilities are the same, to the bit. */
    private static boolean goesOn(Score shorter, Score longer) {
        int tokens = shorter.tokenLogprobs().size();
        return tokens < longer.tokenLogprobs().size()
                && longer.tokenLogprobs().subList(0, tokens).equals(shorter.tokenLogprobs());
    }
}
