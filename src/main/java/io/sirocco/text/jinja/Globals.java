package io.sirocco.text.jinja;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a name means that the template does not assign: a value of the context, or a built-in function. */
record Globals(Map<String, Object> context) {
    private static final Map<String, Callable> FUNCTIONS = Map.of(
            "range", Globals::range,
            "dict", Globals::dict,
            "namespace", (rendering, arguments) -> new Namespace(dict(rendering, arguments)),
            "raise_exception", Globals::raise,
            "strftime_now", Globals::now,
            "cycler", (rendering, arguments) -> Cycler.of(arguments),
            "joiner",
                    (rendering, arguments) -> {
                        Object separator = arguments.bind("joiner", "sep").get("sep", ", ");
                        boolean[] used = new boolean[1];
                        return (Callable) (inner, none) -> {
                            none.byPlace("joiner", 0, 0);
                            Object result = used[0] ? separator : "";
                            used[0] = true;
                            return result;
                        };
                    });

    /** The value, or {@link Frame#MISSING}. */
    Object get(String name) {
        if (context.containsKey(name)) {
            return context.get(name);
        }
        return FUNCTIONS.containsKey(name) ? FUNCTIONS.get(name) : Frame.MISSING;
    }

    private static Object range(Rendering rendering, Arguments arguments) {
        List<Object> passed = arguments.byPlace("range", 1, 3);
        long first = Numbers.whole(passed.getFirst(), "range");
        if (passed.size() == 1) {
            return Range.of(0, first, 1);
        }
        return Range.of(
                first,
                Numbers.whole(passed.get(1), "range"),
                passed.size() > 2 ? Numbers.whole(passed.get(2), "range") : 1);
    }

    private static Map<Object, Object> dict(Rendering rendering, Arguments arguments) {
        List<Object> passed = new Arguments(arguments.positional(), Map.of()).byPlace("dict", 0, 1);
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (!passed.isEmpty()) {
            Object source = passed.getFirst();
            if (source instanceof Map<?, ?> map) {
                dict.putAll(Dicts.copy(map, rendering.budget()));
            } else if (source instanceof Undefined undefined) {
                throw undefined.failure();
            } else if (source instanceof Namespace namespace) {
                throw Failure.type("a '" + Repr.typeName(namespace) + "' cannot be made a dict");
            } else {
                for (Object item : Sequences.list(source, rendering.budget())) {
                    List<Object> pair = Sequences.list(item, rendering.budget());
                    if (pair.size() != 2) {
                        throw Failure.value("a dict is made of pairs of a key and a value");
                    }
                    Dicts.put(dict, pair.getFirst(), pair.getLast());
                }
            }
        }
        rendering.budget().elements(arguments.named().size());
        arguments.named().forEach((name, value) -> Dicts.put(dict, name, value));
        return dict;
    }

    private static Object raise(Rendering rendering, Arguments arguments) {
        Object message = arguments.bind("raise_exception", "message").required("message");
        throw TemplateException.raised(rendering.str(message));
    }

    private static Object now(Rendering rendering, Arguments arguments) {
        Object format = arguments.bind("strftime_now", "format").required("format");
        if (Strings.of(format) == null) {
            throw Failure.type("strftime_now() needs a format such as '%d %b %Y'");
        }
        return rendering.made(Strftime.format(LocalDateTime.now(rendering.clock()), Strings.of(format)));
    }
}
