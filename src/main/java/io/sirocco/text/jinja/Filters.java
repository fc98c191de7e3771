package io.sirocco.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** All filters by name. */
final class Filters {
    private static final Map<String, Filter> FILTERS = new HashMap<>();

    static {
        TextFilters.register(FILTERS);
        NumberFilters.register(FILTERS);
        ElementFilters.register(FILTERS);
        SequenceFilters.register(FILTERS);
        FILTERS.put("tojson", Json::filter);
    }

    private Filters() {}

    /** The filter of this name, or null. */
    static Filter named(String name) {
        return FILTERS.get(name);
    }

    static String names() {
        return String.join(", ", new TreeSet<>(FILTERS.keySet()));
    }

    /** The filter that a template names at run time, as in {@code map('upper')}. */
    static Filter required(Object name) {
        Filter filter = Strings.of(name) == null ? null : named(Strings.of(name));
        if (filter == null) {
            throw Failure.of(
                    "no filter " + (Strings.of(name) == null ? "has such a name" : "'" + Strings.of(name) + "'")
                            + "; use one of " + names());
        }
        return filter;
    }
}
