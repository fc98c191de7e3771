package io.sirocco.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Threads that run the same code together; the caller of {@link #run} is one of them. Idle threads are parked.
 *
 * <p>All waiting is on one of two numbers that only grow: {@code PHASE} inside a run (the barrier) and {@code RUN} between runs. A
 * waiter spins for a while, then says that it is parked and looks again before it parks; who moves the number looks at that flag
 * afterwards, so no wake-up is lost. A run allocates nothing.
 */
public final class Team implements AutoCloseable {

    private static final VarHandle COUNTER = MethodHandles.arrayElementVarHandle(int[].class);

    // Each counter has a cache line of its own, and its neighbour (prefetched with it) too.
    private static final int LINE = 32;
    private static final int ARRIVED = LINE;
    private static final int PHASE = 2 * LINE;
    private static final int NEXT = 3 * LINE;
    private static final int RUN = 4 * LINE;
    private static final int FINISHED = 5 * LINE;
    private static final int PARKED = 6 * LINE;

    private static final int SPINS = 20_000;

    private final int count;
    private final int spins;
    private final int[] counters;
    private final Worker[] workers;
    private final Thread[] threads;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile Consumer<Worker> body;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** @param workers threads in the team, the caller included */
    public Team(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a team of " + workers + " workers; expected at least 1");
        }
        count = workers;
        // With more workers than processors whoever spins keeps the one waited for from running.
        spins = workers <= Runtime.getRuntime().availableProcessors() ? SPINS : 0;
        counters = new int[PARKED + workers * LINE];
        this.workers = new Worker[workers];
        threads = new Thread[workers];
        for (int i = 0; i < workers; i++) {
            this.workers[i] = new Worker(this, i);
        }
        for (int i = 1; i < workers; i++) {
            Worker worker = this.workers[i];
            threads[i] = new Thread(() -> serve(worker), "sirocco-worker-" + i);
            threads[i].setDaemon(true);
            threads[i].start();
        }
    }

    /** Threads in the team, the caller of {@link #run} included. */
    public int count() {
        return count;
    }

    /**
     * Runs the body once on every worker and returns when all have finished. An exception in one worker ends the run on all (a
     * worker that waits at a barrier is released) and is rethrown here; the team stays usable.
     *
     * @throws IllegalStateException if the team is closed, or runs something already
     */
    public void run(Consumer<Worker> body) {
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException("the team is running already; one run at a time");
        }
        try {
            if (closed) {
                throw new IllegalStateException("the team is closed");
            }
            threads[0] = Thread.currentThread();
            this.body = body;
            advance(RUN, 0);
            attempt(workers[0]);
            await(FINISHED, count - 1, 0);
            reset();
        } finally {
            this.body = null;
            threads[0] = null;
            running.set(false);
        }
    }

    /** Ends the threads; waits for a moment until they are gone. Does nothing the second time. */
    @Override
    public void close() {
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException("the team is running; close it afterwards");
        }
        try {
            if (!closed) {
                closed = true;
                advance(RUN, 0);
                for (int i = 1; i < count; i++) {
                    threads[i].join();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.set(false);
        }
    }

    private void serve(Worker worker) {
        for (int run = 0; ; run++) {
            await(RUN, run + 1, worker.index());
            if (closed) {
                return;
            }
            attempt(worker);
            if ((int) COUNTER.getAndAdd(counters, FINISHED, 1) == count - 2) {
                unpark(0);
            }
        }
    }

    private void attempt(Worker worker) {
        try {
            body.accept(worker);
        } catch (Throwable e) {
            fail(e);
        }
    }

    private synchronized void fail(Throwable e) {
        if (e instanceof Released) {
            return;
        }
        if (failure == null) {
            failure = e;
            for (int i = 0; i < count; i++) {
                unpark(i);
            }
        } else if (!failure.equals(e)) {
            failure.addSuppressed(e);
        }
    }

    /** After a run only this thread is awake, so the counters are its own. */
    private void reset() {
        COUNTER.setOpaque(counters, ARRIVED, 0);
        COUNTER.setOpaque(counters, NEXT, 0);
        COUNTER.setOpaque(counters, FINISHED, 0);
        Throwable e = failure;
        failure = null;
        switch (e) {
            case null -> {}
            case RuntimeException r -> throw r;
            case Error r -> throw r;
            default -> throw new IllegalStateException(e);
        }
    }

    void barrier(int me) {
        if (count == 1) {
            counters[NEXT] = 0;
            return;
        }
        int phase = (int) COUNTER.getAcquire(counters, PHASE);
        if ((int) COUNTER.getAndAdd(counters, ARRIVED, 1) == count - 1) {
            COUNTER.setOpaque(counters, ARRIVED, 0);
            COUNTER.setOpaque(counters, NEXT, 0);
            advance(PHASE, me);
        } else {
            await(PHASE, phase + 1, me);
        }
        if (failure != null) {
            throw new Released();
        }
    }

    int next() {
        return count == 1 ? counters[NEXT]++ : (int) COUNTER.getAndAdd(counters, NEXT, 1);
    }

    private void advance(int counter, int me) {
        COUNTER.getAndAdd(counters, counter, 1);
        for (int i = 0; i < count; i++) {
            if (i != me) {
                unpark(i);
            }
        }
    }

    private void unpark(int i) {
        if ((int) COUNTER.getVolatile(counters, PARKED + i * LINE) != 0) {
            LockSupport.unpark(threads[i]);
        }
    }

    /** Waits until a counter has reached a value, or in a barrier until the run has failed. */
    private void await(int counter, int value, int me) {
        for (int s = 0; s < spins; s++) {
            if (isReached(counter, value)) {
                return;
            }
            Thread.onSpinWait();
        }
        COUNTER.setVolatile(counters, PARKED + me * LINE, 1);
        while (!isReached(counter, value)) {
            LockSupport.park(this);
        }
        COUNTER.setVolatile(counters, PARKED + me * LINE, 0);
    }

    private boolean isReached(int counter, int value) {
        return (int) COUNTER.getVolatile(counters, counter) - value >= 0 || (counter == PHASE && failure != null);
    }

    /** Leaves the body of a worker whose run has failed elsewhere. */
    private static final class Released extends RuntimeException {
        Released() {
            super("another worker of the team failed", null, false, false);
        }
    }
}
