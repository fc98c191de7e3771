package io.sirocco.eval;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Scores;

/** What an engine answered to a {@link Work}. */
public sealed interface Finding {

    /** To {@link Work.Score}. */
    record Scored(Scores scores) implements Finding {}

    /** To {@link Work.Generate}. */
    record Generated(Completion completion) implements Finding {}
}
