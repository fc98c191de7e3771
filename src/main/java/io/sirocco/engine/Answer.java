package io.sirocco.engine;

import java.util.concurrent.CompletableFuture;

/** An answer on its way from the thread that runs the steps to whoever waits for it. */
final class Answer<T> {

    private final CompletableFuture<T> future;
    private final long submittedNanos = System.nanoTime();
    private long joinedNanos;
    private T value;

    Answer(CompletableFuture<T> future) {
        this.future = future;
    }

    /** Whether nobody waits for it any more. */
    boolean isCancelled() {
        return future.isCancelled();
    }

    /** A sequence joins the batch; returns how many nanoseconds the request waited for that, if it is the first. */
    long joined() {
        if (joinedNanos != 0) {
            return 0;
        }
        joinedNanos = System.nanoTime();
        return joinedNanos - submittedNanos;
    }

    long joinedNanos() {
        return joinedNanos;
    }

    void give(T given) {
        value = given;
    }

    boolean isGiven() {
        return value != null;
    }

    void deliver() {
        future.complete(value);
    }
}
