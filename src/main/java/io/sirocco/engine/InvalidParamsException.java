package io.sirocco.engine;

/** Sampling parameters that make no sense; the message names the option, its value and what was expected. */
public final class InvalidParamsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidParamsException(String message) {
        super(message);
    }
}
