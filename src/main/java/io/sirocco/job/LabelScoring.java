package io.sirocco.job;

import io.sirocco.engine.Scores.Score;
import java.util.Locale;

/** What labels are compared by. */
public enum LabelScoring {
    /** The log-probability of the whole label: how likely the model is to write it. */
    SUM,
    /** That, by token: long labels are at no disadvantage. */
    MEAN_TOKEN,
    /** That, by character (code point) of the label: the same whatever the tokenizer. */
    MEAN_CHAR;

    double of(String label, Score score) {
        return switch (this) {
            case SUM -> score.logprob();
            case MEAN_TOKEN -> score.logprob() / score.tokenLogprobs().size();
            case MEAN_CHAR -> score.logprob() / label.codePointCount(0, label.length());
        };
    }

    /** As options have it: {@code mean-token}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
