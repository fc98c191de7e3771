package io.sirocco.job;

/** An option that is unknown, missing or wrong; the message names it, its value and what was expected. Wrong usage: exit code 2. */
public final class OptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OptionException(String message) {
        super(message);
    }

    public OptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
