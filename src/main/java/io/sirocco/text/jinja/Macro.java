package io.sirocco.text.jinja;

import io.sirocco.text.jinja.Stmt.MacroBody;
import io.sirocco.text.jinja.Stmt.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, bound to the variables around its definition. Calling it gives its rendered body. */
final class Macro implements Callable {
    private final MacroBody body;
    private final boolean callBlock;
    private final Frame outer;
    private final Renderer renderer;

    Macro(MacroBody body, boolean callBlock, Frame outer, Renderer renderer) {
        this.body = body;
        this.callBlock = callBlock;
        this.outer = outer;
        this.renderer = renderer;
    }

    @Override
    public Object call(Rendering rendering, Arguments arguments) {
        List<Parameter> parameters = body.parameters();
        List<Object> positional = arguments.positional();
        Map<Object, Object> named = new LinkedHashMap<>(arguments.named());
        Map<String, Object> values = new LinkedHashMap<>();
        boolean callerPassed = false;
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).name();
            if (i < positional.size()) {
                values.put(name, positional.get(i));
            } else {
                values.put(name, named.containsKey(name) ? named.remove(name) : Frame.MISSING);
            }
            callerPassed = callerPassed || name.equals("caller");
        }
        if (body.usesCaller() && !callerPassed) {
            Object caller = named.remove("caller");
            values.put(
                    "caller",
                    caller == null
                            ? Undefined.because("the macro was called without a {% call %} block: it has no caller")
                            : caller);
        }
        if (body.usesKwargs()) {
            values.put("kwargs", named);
        } else if (!named.isEmpty()) {
            throw Failure.type("the macro '" + body.name() + "' has no parameter '"
                    + named.keySet().iterator().next() + "'");
        }
        if (body.usesVarargs()) {
            int taken = Math.min(parameters.size(), positional.size());
            values.put("varargs", Tuple.of(new ArrayList<>(positional.subList(taken, positional.size()))));
        } else if (positional.size() > parameters.size()) {
            throw Failure.type("the macro '" + body.name() + "' takes at most " + parameters.size() + " arguments, not "
                    + positional.size());
        }
        return renderer.macro(body, outer, values);
    }

    /** An attribute that a template can read, or {@link Frame#MISSING}. */
    Object attribute(String name) {
        return switch (name) {
            case "name" -> callBlock ? null : body.name();
            case "arguments" -> {
                List<Object> names = new ArrayList<>();
                body.parameters().forEach(parameter -> names.add(parameter.name()));
                yield Tuple.of(names);
            }
            case "catch_kwargs" -> body.usesKwargs();
            case "catch_varargs" -> body.usesVarargs();
            case "caller" -> body.usesCaller();
            default -> Frame.MISSING;
        };
    }

    String shown() {
        return "<Macro " + (callBlock ? "anonymous" : "'" + body.name() + "'") + ">";
    }
}
