package io.sirocco.text.jinja;

/** Anything that a template can call: a built-in function, a method of a value, a macro, a recursive loop. */
@FunctionalInterface
interface Callable {
    Object call(Rendering rendering, Arguments arguments);
}
