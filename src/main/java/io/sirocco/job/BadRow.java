package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;

/** A row that asks nothing that could be answered; it ends as an error in its own place. */
final class BadRow extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;

    BadRow(Code code, String message) {
        super(message);
        this.code = code;
    }

    RowError error() {
        return new RowError(code, getMessage());
    }
}
