package io.sirocco.job;

import java.io.Serializable;

/**
 * Cuts rows, in the order in which they come, into chunks of about equal cost. It is told how many others cut their own rows beside it, so
 * that no two give out the same number, and so that numbers rise as costs fall where all sort by cost: the first chunk of every part, then
 * the second of every part, …
 *
 * <p>Costs 5, 4, 3, 3, 2, 1 cut at 8 are chunks 0, 0, 1, 1, 1, 2: a row belongs where the cost before it falls.
 *
 * @param target cost of a chunk
 * @param parts that the rows are cut in, each by itself
 */
record ChunkCut(long target, int parts) implements Serializable {

    /** Follows one part through its rows. */
    final class Cursor {
        private final int part;
        private long before;

        Cursor(int part) {
            this.part = part;
        }

        /** The chunk of the next row. */
        int next(long cost) {
            long chunk = before / target;
            before += cost;
            return Math.toIntExact(chunk * parts + part);
        }
    }
}
