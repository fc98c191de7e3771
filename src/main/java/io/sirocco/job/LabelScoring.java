package io.sirocco.job;

import io.sirocco.engine.Scores.Score;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What labels are compared by. */
public enum LabelScoring {
    /** The log-probability of the whole label: how likely the model is to write it. */
    SUM,
    /** That, by token: long labels are at no disadvantage. */
    MEAN_TOKEN,
    /** That, by character (code point) of the label: the same whatever the tokenizer. */
    MEAN_CHAR;

    /**
     * What labels are compared by.
     *
     * @param logprobs of each as a whole
     */
    double[] of(List<String> labels, List<Score> scores, double[] logprobs) {
        return IntStream.range(0, logprobs.length)
                .mapToDouble(i -> switch (this) {
                    case SUM -> logprobs[i];
                    case MEAN_TOKEN ->
                        logprobs[i] / scores.get(i).tokenLogprobs().size();
                    case MEAN_CHAR ->
                        logprobs[i]
                                / labels.get(i).codePointCount(0, labels.get(i).length());
                })
                .toArray();
    }

    /** As options have it: {@code mean-token}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
