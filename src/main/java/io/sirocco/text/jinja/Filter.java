package io.sirocco.text.jinja;

/** {@code value | name(arguments)} */
@FunctionalInterface
interface Filter {
    Object apply(Rendering rendering, Object value, Arguments arguments);
}
