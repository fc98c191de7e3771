package io.sirocco.kernel;

/** Times a short piece of work. */
final class Timing {

    private static final int LEAST_RUNS = 3;

    private Timing() {}

    /**
     * Seconds of the fastest run: what the machine can do when nothing disturbs it. The work runs until it has taken so long in all,
     * but at least three times; the first run, in which it may be compiled, does not count.
     */
    static double best(double seconds, Runnable work) {
        work.run();
        long best = Long.MAX_VALUE;
        long begin = System.nanoTime();
        for (int run = 0; run < LEAST_RUNS || System.nanoTime() - begin < 1e9 * seconds; run++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best / 1e9;
    }
}
