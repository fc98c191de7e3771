package io.sirocco.kernel;

import java.util.function.Consumer;

/** Threads that run the same code together; the caller of {@link #run} is one of them. Idle threads are parked. */
public final class Team implements AutoCloseable {

    /** @param workers threads in the team, the caller included */
    public Team(int workers) {}

    /**
     * Runs the body once on every worker and returns when all have finished. An exception in one worker ends the run on all (a
     * worker that waits at a barrier is released) and is rethrown here; the team stays usable.
     */
    public void run(Consumer<Worker> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
