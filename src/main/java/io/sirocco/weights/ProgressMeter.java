package io.sirocco.weights;

import java.time.Duration;

/** Passes the progress of one file on, often enough for a person and no more. */
final class ProgressMeter {
    private static final long INTERVAL_NANOS = Duration.ofMillis(250).toNanos();

    private final PullProgress progress;
    private final String file;
    private final long total;
    private long lastNanos = System.nanoTime() - INTERVAL_NANOS;

    /** @param total bytes, -1 if not known */
    ProgressMeter(PullProgress progress, String file, long total) {
        this.progress = progress;
        this.file = file;
        this.total = total;
    }

    void at(long done) {
        long now = System.nanoTime();
        if (now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            progress.received(file, done, total);
        }
    }

    void finished(long bytes) {
        progress.received(file, bytes, bytes);
    }
}
