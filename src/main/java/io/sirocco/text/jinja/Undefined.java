package io.sirocco.text.jinja;

/** A value that is not there: prints as nothing, is false and empty, unless it is strict; anything else done with it fails with the message. */
final class Undefined {
    private final String message;
    private final boolean strict;

    private Undefined(String message, boolean strict) {
        this.message = message;
        this.strict = strict;
    }

    static Undefined because(String message) {
        return new Undefined(message, false);
    }

    /** The same as jinja2's StrictUndefined: good for {@code is defined} and {@code default} only. */
    Undefined strict() {
        return strict ? this : new Undefined(message, true);
    }

    /** It counts as nothing now, if it may. */
    void asNothing() {
        if (strict) {
            throw failure();
        }
    }

    static Undefined variable(String name) {
        return because("'" + name + "' is undefined; pass it in the context or test it with 'is defined'");
    }

    static Undefined attribute(Object target, Object name) {
        String owner = target == null ? "None" : "'" + Repr.typeName(target) + "' value";
        return because(owner + " has no " + (name instanceof String text ? "'" + text + "'" : "such element")
                + "; test it with 'is defined'");
    }

    static Undefined unsafe(Object target, String name) {
        return because("'" + name + "' of a '" + Repr.typeName(target)
                + "' value is not allowed in a template: it changes the value or reaches Python's internals");
    }

    Failure failure() {
        return Failure.of(message);
    }
}
