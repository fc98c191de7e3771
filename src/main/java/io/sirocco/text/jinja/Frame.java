package io.sirocco.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** The variables of one running body, inside those of the bodies around it. */
final class Frame {
    /** What a variable holds before it is assigned, and an argument that was not passed. */
    static final Missing MISSING = Missing.MISSING;

    /** The type of {@link #MISSING}, which is equal to nothing else. */
    enum Missing {
        MISSING
    }

    private final Frame outer;
    private final Map<String, Object> values = new HashMap<>();

    Frame(Frame outer) {
        this.outer = outer;
    }

    /** Gives the variables what they hold when the body begins, also when it begins again, as a loop's does. */
    void begin(Scope scope, Globals globals) {
        scope.variables()
                .forEach((name, origin) -> values.put(
                        name,
                        switch (origin) {
                            case PARAMETER, UNSET -> MISSING;
                            case CONTEXT -> globals.get(name);
                            case OUTER -> outer.get(name);
                        }));
    }

    /** The value of the innermost variable of this name, or {@link #MISSING}. */
    Object get(String name) {
        for (Frame frame = this; frame != null; frame = frame.outer) {
            Object value = frame.values.get(name);
            if (value != null || frame.values.containsKey(name)) {
                return value;
            }
        }
        return MISSING;
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
