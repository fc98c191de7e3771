package io.sirocco.engine;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;

/** A row that cannot be answered; it ends as an error in its own place. */
final class RowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    RowException(Code code, String message) {
        super(message);
        this.code = code;
    }

    RowError error() {
        return new RowError(code, getMessage());
    }
}
