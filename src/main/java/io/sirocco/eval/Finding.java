package io.sirocco.eval;

import io.sirocco.engine.Completion.RowError;
import java.util.List;

/** What an engine answered to a {@link Work}. */
public sealed interface Finding {

    /**
     * To {@link Work.Score}.
     *
     * @param likelihoods one for each continuation, in order
     */
    record Scored(List<Likelihood> likelihoods) implements Finding {}

    /**
     * To {@link Work.Generate}.
     *
     * @param texts one for each sample
     */
    record Generated(List<String> texts) implements Finding {}

    /** That it cannot be answered. */
    record Failed(RowError error) implements Finding {}
}
