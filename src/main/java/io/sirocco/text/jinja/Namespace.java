package io.sirocco.text.jinja;

import java.util.Map;

/** {@code namespace(...)}: the one value that a template can change, by {@code {% set ns.name = value %}}. Equal to itself only. */
final class Namespace {
    private final Map<Object, Object> attributes;

    Namespace(Map<Object, Object> attributes) {
        this.attributes = attributes;
    }

    Map<Object, Object> attributes() {
        return attributes;
    }
}
