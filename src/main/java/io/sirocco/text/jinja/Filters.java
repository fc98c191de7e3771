package io.sirocco.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** The filters of an environment by name. */
final class Filters {
    static final Filters TRANSFORMERS = new Filters(Map.of("tojson", Json::filter));
    static final Filters LM_EVAL =
            new Filters(Map.of("tojson", Json::htmlSafe, "regex_replace", TextFilters::regexReplace));

    private final Map<String, Filter> filters = new HashMap<>();

    /** @param own filters that are the environment's own */
    private Filters(Map<String, Filter> own) {
        TextFilters.register(filters);
        NumberFilters.register(filters);
        ElementFilters.register(filters);
        SequenceFilters.register(filters);
        filters.putAll(own);
    }

    /** The filter of this name, or null. */
    Filter named(String name) {
        return filters.get(name);
    }

    String names() {
        return String.join(", ", new TreeSet<>(filters.keySet()));
    }

    /** The filter that a template names at run time, as in {@code map('upper')}. */
    Filter required(Object name) {
        Filter filter = Strings.of(name) == null ? null : named(Strings.of(name));
        if (filter == null) {
            throw Failure.of(
                    "no filter " + (Strings.of(name) == null ? "has such a name" : "'" + Strings.of(name) + "'")
                            + "; use one of " + names());
        }
        return filter;
    }
}
