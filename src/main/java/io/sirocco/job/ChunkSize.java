package io.sirocco.job;

/**
 * How much work a chunk should be. A chunk is what a lost executor costs each of its tasks, and what the last task may run alone, so it
 * should be small; but an engine's batch is filled from the chunks of its executor's tasks, so it must not be tiny either.
 *
 * <p>Of rows of equal cost, 10,000 on 2 slots of one executor with 64 rows in flight become chunks of 79 rows: a 64th of a slot's work.
 * Of 100 rows each slot gets 50, and of 5 rows on 8 slots each row is a chunk.
 *
 * @param slots tasks that run at a time in the whole cluster
 * @param slotsPerEngine of them, those of one executor, which share an engine
 * @param maxBatch rows that an engine has in flight
 * @param tokensPerSecond of a slot; before anything is measured, {@link #guess}
 * @param seconds that a chunk may take at most
 */
record ChunkSize(int slots, int slotsPerEngine, int maxBatch, double tokensPerSecond, int seconds) {

    /** The last chunk to end leaves at most this share of the cluster idle for its own time: half a chunk is lost at the end on average. */
    private static final int CHUNKS_PER_SLOT = 64;

    /** The driver knows a few numbers of each chunk. */
    private static final int MOST_CHUNKS = 1_000_000;

    /** Twice the batch is in flight, so that rows that end are replaced at once. */
    private static final int BATCHES = 2;

    /** Single-precision operations a second that a core does on real models, in order of magnitude. */
    private static final double CORE_FLOPS = 20e9;

    /** Tokens a second of a slot: each token takes a multiplication and an addition for each weight. */
    static double guess(long parameters, int coresPerSlot) {
        return coresPerSlot * CORE_FLOPS / (2.0 * Math.max(1, parameters));
    }

    /**
     * The cost to cut chunks at, at least 1.
     *
     * @param rows of the plan
     * @param cost of all of them
     */
    long cost(long rows, long cost) {
        double mean = (double) cost / Math.max(1, rows);
        double least = mean * Math.ceilDiv(BATCHES * maxBatch, Math.max(1, slotsPerEngine));
        double most = Math.min(tokensPerSecond * seconds, (double) cost / slots / CHUNKS_PER_SLOT);
        double wanted = Math.max(Math.max(least, most), (double) cost / MOST_CHUNKS);
        // Few rows, or few large ones: every slot gets its share.
        return Math.max(1, (long) Math.min(wanted, (double) cost / slots));
    }
}
