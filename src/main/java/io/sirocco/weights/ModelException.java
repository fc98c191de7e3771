package io.sirocco.weights;

/** A model or model file that cannot be used. The message is for people: file, field, value, what was expected, what to do. */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
