package io.sirocco.engine;

import io.sirocco.engine.Completion.RowError;
import java.util.List;

/**
 * The answer to a {@link ScoreRequest}: scores, or an error in their place.
 *
 * @param continuations one score for each continuation, in order; empty if {@code error} is set
 * @param contextTokens length of the context in tokens; 0 if it could not be tokenized
 * @param cachedTokens of these, what the prefix cache had; depends on what ran before
 * @param error why there are no scores, or null
 * @param millis time from joining the batch to the last score
 */
public record Scores(List<Score> continuations, int contextTokens, int cachedTokens, RowError error, double millis) {

    public Scores {
        continuations = List.copyOf(continuations);
    }

    /** A request that has no scores. */
    public static Scores failed(RowError error, int contextTokens) {
        return new Scores(List.of(), contextTokens, 0, error, 0);
    }

    /**
     * How likely a continuation is.
     *
     * @param logprob natural log-probability of the whole: the sum of those of its tokens
     * @param tokenLogprobs of each token given all before it, over the whole vocabulary
     * @param isGreedy whether each token is the likeliest in its place, the lowest id among equals: greedy decoding would say it
     */
    public record Score(double logprob, List<Double> tokenLogprobs, boolean isGreedy) {
        public Score {
            tokenLogprobs = List.copyOf(tokenLogprobs);
        }
    }
}
