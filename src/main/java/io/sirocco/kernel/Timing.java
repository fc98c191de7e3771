package io.sirocco.kernel;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** Times a short piece of work. */
final class Timing {

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    private static final int LEAST_RUNS = 3;
    private static final int QUIET_ROUNDS = 2;
    private static final int MOST_ROUNDS = 20;
    private static final long PAUSE_MILLIS = 30;

    private Timing() {}

    /**
     * Seconds of the fastest run: what the machine can do when nothing disturbs it. The work is run in rounds of so many seconds until
     * nothing has been compiled for a while. Until code is compiled, and again when other shapes than before come along, kernels are
     * hundreds of times slower; with all cores at work that takes the compiler longer than a round.
     */
    static double best(double seconds, Runnable work) {
        double best = Double.MAX_VALUE;
        int quiet = 0;
        for (int round = 0; quiet < QUIET_ROUNDS && round < MOST_ROUNDS; round++) {
            long compiled = COMPILER.getTotalCompilationTime();
            best = Math.min(best, round(seconds, work));
            pause();
            quiet = COMPILER.getTotalCompilationTime() == compiled ? quiet + 1 : 0;
        }
        return best;
    }

    private static double round(double seconds, Runnable work) {
        long best = Long.MAX_VALUE;
        long begin = System.nanoTime();
        for (int run = 0; run < LEAST_RUNS || System.nanoTime() - begin < 1e9 * seconds; run++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best / 1e9;
    }

    /** Leaves the cores to the compiler. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
