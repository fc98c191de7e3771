package io.sirocco.text.jinja;

/** An operation on values that failed. The renderer adds the line and makes a {@link TemplateException} of it. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What Python would have raised, as far as a filter tells it apart. */
    enum Kind {
        TYPE,
        VALUE,
        OTHER
    }

    private final Kind kind;

    private Failure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** A value of a wrong type: Python's TypeError. */
    static Failure type(String message) {
        return new Failure(Kind.TYPE, message);
    }

    /** A value out of range or not parseable: Python's ValueError. */
    static Failure value(String message) {
        return new Failure(Kind.VALUE, message);
    }

    /** Anything that no filter recovers from: undefined values, limits, refusals. */
    static Failure of(String message) {
        return new Failure(Kind.OTHER, message);
    }

    /** What Python can do and this interpreter does not. */
    static Failure unsupported(String what) {
        return of(what + " is not supported; write the template without it");
    }

    Kind kind() {
        return kind;
    }

    /** Whether Python code that catches TypeError and ValueError would catch this. */
    boolean typeOrValue() {
        return kind != Kind.OTHER;
    }
}
