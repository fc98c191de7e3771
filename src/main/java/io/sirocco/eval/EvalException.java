package io.sirocco.eval;

/** A task that cannot be evaluated as it is written; the message names file, key and value, for people. */
public final class EvalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvalException(String message) {
        super(message);
    }

    EvalException(String message, Throwable cause) {
        super(message, cause);
    }
}
