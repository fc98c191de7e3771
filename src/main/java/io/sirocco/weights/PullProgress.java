package io.sirocco.weights;

import java.nio.file.Path;

/** Hears how a pull goes, a few times a second at most, on the thread that pulls. */
@FunctionalInterface
public interface PullProgress {

    /** Says nothing. */
    PullProgress NONE = (file, done, total) -> {};

    /**
     * Bytes have come in.
     *
     * @param file name of the file that is coming in
     * @param done bytes of it that are here; smaller than before where a transfer had to start again
     * @param total its size in bytes, -1 if not known; the last call for a file has {@code done == total}
     */
    void received(String file, long done, long total);

    /** Another process pulls the same model; this one waits for it. Called once. */
    default void waitingFor(Path lock) {}
}
