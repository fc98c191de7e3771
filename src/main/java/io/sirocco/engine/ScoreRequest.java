package io.sirocco.engine;

import java.util.List;

/**
 * Asks how likely continuations of a context are, as benchmarks with given choices do. The log-likelihood of a whole text is that of one
 * continuation whose context is its BOS, or what comes before.
 *
 * @param context what they continue; at least one token
 * @param continuations token ids of each, at least one; nothing is added to them
 */
public record ScoreRequest(Prompt context, List<List<Integer>> continuations) {
    public ScoreRequest {
        continuations = continuations.stream().map(List::copyOf).toList();
    }
}
