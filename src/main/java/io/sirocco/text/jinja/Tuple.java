package io.sirocco.text.jinja;

import java.util.List;

/** Python's tuple; {@code fields} name its items if it is a named tuple, as groupby makes them, and is empty if not. */
record Tuple(List<Object> items, List<String> fields) {

    static Tuple of(Object... items) {
        return new Tuple(java.util.Arrays.asList(items), List.of());
    }

    static Tuple of(List<Object> items) {
        return new Tuple(items, List.of());
    }
}
