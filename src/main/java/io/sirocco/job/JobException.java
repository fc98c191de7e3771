package io.sirocco.job;

/** A job that cannot be run, or failed; the message is for people. Exit code 1. */
public final class JobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobException(String message) {
        super(message);
    }

    public JobException(String message, Throwable cause) {
        super(message, cause);
    }
}
