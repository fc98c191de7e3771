package io.sirocco.text.jinja;

/** A template that cannot be parsed or rendered, or that raised an error itself. The message is for people. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean raisedByTemplate;

    private TemplateException(String message, boolean raisedByTemplate, Throwable cause) {
        super(message, cause);
        this.raisedByTemplate = raisedByTemplate;
    }

    /** A mistake in the template, or something that is not supported, at a line of its source. */
    static TemplateException at(int line, String message) {
        return at(line, message, null);
    }

    static TemplateException at(int line, String message, Throwable cause) {
        return new TemplateException("template line " + line + ": " + message, false, cause);
    }

    /** A refusal that has no line, such as of the template as a whole or of the context. */
    static TemplateException of(String message) {
        return new TemplateException(message, false, null);
    }

    /** The template called {@code raise_exception(message)}. */
    static TemplateException raised(String message) {
        return new TemplateException(message, true, null);
    }

    /** Whether the template itself called {@code raise_exception}; the message is then exactly the one it gave. */
    public boolean raisedByTemplate() {
        return raisedByTemplate;
    }
}
