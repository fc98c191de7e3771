package io.sirocco.eval;

import java.time.LocalDateTime;

/** What an evaluation comes to. */
public sealed interface Outcome permits EvalResults, ImportedSamples.Again {

    /** What to tell people, in some lines. */
    String text();

    /**
     * Writes its files, that which says that the others are whole last.
     *
     * @param date part of the files' names
     * @throws EvalException if one cannot be written
     */
    void write(ResultFolder folder, LocalDateTime date);
}
