package io.sirocco.text.jinja;

/** {@code value is name(arguments)} */
@FunctionalInterface
interface Test {
    boolean holds(Rendering rendering, Object value, Arguments arguments);
}
