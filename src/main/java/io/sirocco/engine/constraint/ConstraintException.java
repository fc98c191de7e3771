package io.sirocco.engine.constraint;

/** A constraint that cannot be used; the message says where it stands in it, and what was expected. */
public final class ConstraintException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ConstraintException(String message) {
        super(message);
    }
}
