package io.sirocco.text.jinja;

/** A value that is not there: prints as nothing, is false and empty; anything else done with it fails with the message. */
final class Undefined {
    private final String message;

    private Undefined(String message) {
        this.message = message;
    }

    static Undefined because(String message) {
        return new Undefined(message);
    }

    static Undefined variable(String name) {
        return new Undefined("'" + name + "' is undefined; pass it in the context or test it with 'is defined'");
    }

    static Undefined attribute(Object target, Object name) {
        String owner = target == null ? "None" : "'" + Repr.typeName(target) + "' value";
        return new Undefined(owner + " has no " + (name instanceof String text ? "'" + text + "'" : "such element")
                + "; test it with 'is defined'");
    }

    static Undefined unsafe(Object target, String name) {
        return new Undefined("'" + name + "' of a '" + Repr.typeName(target)
                + "' value is not allowed in a template: it changes the value or reaches Python's internals");
    }

    Failure failure() {
        return Failure.of(message);
    }
}
