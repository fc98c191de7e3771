package io.sirocco.text.jinja;

import java.util.Map;

/** {@code namespace(...)}: the one value that a template can change, by {@code {% set ns.name = value %}}. */
record Namespace(Map<Object, Object> attributes) {}
