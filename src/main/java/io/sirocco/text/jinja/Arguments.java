package io.sirocco.text.jinja;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one call, as passed. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(java.util.Arrays.asList(positional), Map.of());
    }

    /** Matches the arguments with a function's parameters; what is superfluous, unknown or doubled is refused. */
    Bound bind(String function, String... parameters) {
        if (positional.size() > parameters.length) {
            throw Failure.type(
                    function + "() takes at most " + parameters.length + " arguments, not " + positional.size());
        }
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < positional.size(); i++) {
            values.put(parameters[i], positional.get(i));
        }
        Map<String, Object> rest = new LinkedHashMap<>(named);
        for (String parameter : parameters) {
            if (rest.containsKey(parameter)) {
                if (values.containsKey(parameter)) {
                    throw Failure.type(function + "() got '" + parameter + "' twice");
                }
                values.put(parameter, rest.remove(parameter));
            }
        }
        if (!rest.isEmpty()) {
            throw Failure.type(
                    function + "() has no argument '" + rest.keySet().iterator().next() + "'");
        }
        return new Bound(function, values);
    }

    /** The arguments of a function that takes them by place only. */
    List<Object> byPlace(String function, int min, int max) {
        if (!named.isEmpty()) {
            throw Failure.type(function + "() takes no named arguments");
        }
        if (positional.size() < min || positional.size() > max) {
            throw Failure.type(function + "() takes " + (min == max ? "" + min : min + " to " + max)
                    + " arguments, not " + positional.size());
        }
        return positional;
    }

    /** All but the first positional argument. */
    Arguments rest() {
        return new Arguments(positional.subList(1, positional.size()), named);
    }

    /** Arguments matched with parameters. */
    record Bound(String function, Map<String, Object> values) {

        boolean has(String parameter) {
            return values.containsKey(parameter);
        }

        Object get(String parameter, Object otherwise) {
            return values.containsKey(parameter) ? values.get(parameter) : otherwise;
        }

        Object required(String parameter) {
            if (!values.containsKey(parameter)) {
                throw Failure.type(function + "() needs the argument '" + parameter + "'");
            }
            return values.get(parameter);
        }

        boolean flag(String parameter, boolean otherwise) {
            return values.containsKey(parameter) ? Truth.of(values.get(parameter)) : otherwise;
        }

        long whole(String parameter, long otherwise) {
            return values.containsKey(parameter) ? Numbers.whole(values.get(parameter), function) : otherwise;
        }
    }
}
