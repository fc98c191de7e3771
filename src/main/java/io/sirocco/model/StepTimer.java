package io.sirocco.model;

import io.sirocco.kernel.Worker;
import java.util.EnumMap;
import java.util.Map;

/** Adds up what the workers spend on each {@link Part} of forward passes; what they wait at barriers is left out. */
@SuppressWarnings("EnumOrdinal") // an index into memory of our own; a map would allocate
public final class StepTimer {

    /** Where a worker keeps the time its part began, behind the sums. */
    private static final int BEGIN = Part.values().length;

    /** Each worker's numbers have two cache lines of their own. */
    private static final int STRIDE = 32;

    private final int workers;
    private final long[] nanos;

    StepTimer(int workers) {
        this.workers = workers;
        nanos = new long[(workers + 1) * STRIDE];
    }

    /** This worker begins to work on something. */
    void begin(Worker worker) {
        nanos[at(worker) + BEGIN] = System.nanoTime();
    }

    /** What this worker did since it began, or since its last lap, was for a part. */
    void lap(Part part, Worker worker) {
        int at = at(worker);
        long now = System.nanoTime();
        nanos[at + part.ordinal()] += now - nanos[at + BEGIN];
        nanos[at + BEGIN] = now;
    }

    /** A lap that ends at a barrier; the next begins behind it. */
    void barrier(Part part, Worker worker) {
        lap(part, worker);
        worker.barrier();
        begin(worker);
    }

    private static int at(Worker worker) {
        // One stride of distance from the array's header, which every access reads.
        return (worker.index() + 1) * STRIDE;
    }

    /** Nanoseconds by part, the mean over workers; to be called between steps. */
    public Map<Part, Long> nanos() {
        Map<Part, Long> means = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            long sum = 0;
            for (int worker = 1; worker <= workers; worker++) {
                sum += nanos[worker * STRIDE + part.ordinal()];
            }
            means.put(part, sum / workers);
        }
        return means;
    }
}
