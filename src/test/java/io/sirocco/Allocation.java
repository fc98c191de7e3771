package io.sirocco;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;

/**
 * What compiled code allocates. Counted, not timed: a vector that C2 cannot keep in a register is an object, and the code around it a
 * hundred times slower.
 */
public final class Allocation {

    private static final com.sun.management.ThreadMXBean THREADS =
            ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);

    private static final int CALLS = 1000;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private Allocation() {}

    /** Runs the work until a thousand calls allocate at most so many bytes each; fails if that takes longer than the compiler could. */
    public static void assertAtMost(long bytes, String what, Runnable work) {
        long begin = System.nanoTime();
        long allocated = allocated(work);
        while (allocated > bytes * CALLS && System.nanoTime() - begin < PATIENCE_NANOS) {
            allocated = allocated(work);
        }
        long found = allocated;
        assertTrue(
                found <= bytes * CALLS,
                () -> what + " allocates " + (double) found / CALLS + " bytes a call; expected at most " + bytes);
    }

    private static long allocated(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            work.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
