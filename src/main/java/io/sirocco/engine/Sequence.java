package io.sirocco.engine;

import io.sirocco.kernel.Worker;

/**
 * What goes through the engine token by token: a {@link Sample}, which grows by what its logits say, or a {@link Branch}, whose tokens
 * are given and are scored by them. Owned by the thread that runs the steps.
 */
sealed interface Sequence permits Sample, Branch {

    SequenceGroup group();

    Tokens tokens();

    /** The first position whose logits are still wanted, and with it all that follow. */
    int firstWanted();

    /**
     * Reads the logits of a wanted position, on any thread of the team, and keeps what it found for {@link #accept}.
     *
     * @param logits n values, one for each token of the vocabulary, from o on
     * @return false if they hold no distribution
     */
    boolean read(int position, float[] logits, int o, int n, Sampler sampler, Worker worker);

    /** Goes on with what was read at this position, those before it being accepted. */
    void accept(int position);

    boolean isFinished();
}
