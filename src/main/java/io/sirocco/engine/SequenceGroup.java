package io.sirocco.engine;

import io.sirocco.engine.Completion.RowError;
import java.util.List;

/** A request in the engine: the sequences that work on it, and the answer they make together. */
sealed interface SequenceGroup permits Generation, Scoring {

    List<? extends Sequence> sequences();

    Answer<?> answer();

    default boolean isFinished() {
        List<? extends Sequence> sequences = sequences();
        for (int i = 0; i < sequences.size(); i++) {
            if (!sequences.get(i).isFinished()) {
                return false;
            }
        }
        return true;
    }

    /** Makes the answer of sequences that are finished. */
    void complete();

    /** Ends without one. */
    void fail(RowError error);
}
