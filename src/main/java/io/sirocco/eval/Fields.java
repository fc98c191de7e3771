package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Typed access to the keys of a task, a filter or a metric; what is wrong is said with its place, key and value. */
final class Fields {

    private final String where;
    private final Map<String, Object> values;

    /** @param where the file, and the place in it */
    Fields(String where, Map<String, Object> values) {
        this.where = where;
        this.values = values;
    }

    static Fields of(String where, Object map) {
        if (!(map instanceof Map<?, ?> entries)) {
            throw new EvalException(where + " is " + Python.str(map) + "; expected keys and values");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((key, value) -> values.put(String.valueOf(key), value));
        return new Fields(where, values);
    }

    String where() {
        return where;
    }

    Map<String, Object> values() {
        return values;
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    Object get(String key) {
        return values.get(key);
    }

    /** Refuses keys that nobody reads. */
    void allow(Set<String> known) {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new EvalException(where + ": \"" + key + "\" is not supported here; take it out");
            }
        }
    }

    /** Refuses a key that changes what is computed in a way that is not implemented. */
    void refuse(String key) {
        Object value = values.get(key);
        if (value != null && !Boolean.FALSE.equals(value)) {
            throw new EvalException(where + ": \"" + key + "\" is " + shown(value) + ", which is not supported");
        }
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(text(key, null));
    }

    String text(String key, String otherwise) {
        Object value = values.get(key);
        return switch (value) {
            case null -> otherwise;
            case String text -> text;
            default -> throw wrong(key, "text");
        };
    }

    String requiredText(String key) {
        return text(key).orElseThrow(() -> new EvalException(where + ": \"" + key + "\" is missing"));
    }

    OptionalInt whole(String key) {
        return has(key) ? OptionalInt.of(whole(key, 0)) : OptionalInt.empty();
    }

    int whole(String key, int otherwise) {
        Object value = values.get(key);
        return switch (value) {
            case null -> otherwise;
            case Long number when number == number.intValue() -> number.intValue();
            default -> throw wrong(key, "a whole number");
        };
    }

    double number(String key, double otherwise) {
        Object value = values.get(key);
        return switch (value) {
            case null -> otherwise;
            case Number number -> number.doubleValue();
            case String text when text.matches("[-+.0-9eE]+") -> Double.parseDouble(text);
            default -> throw wrong(key, "a number");
        };
    }

    boolean flag(String key, boolean otherwise) {
        Object value = values.get(key);
        return switch (value) {
            case null -> otherwise;
            case Boolean flag -> flag;
            default -> throw wrong(key, "true or false");
        };
    }

    /** A list of texts, or one of them alone. */
    List<String> texts(String key) {
        Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : List.of(value)) {
            if (!(element instanceof String text)) {
                throw wrong(key, "text or a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** A list of keys and values. */
    List<Fields> list(String key) {
        if (!(values.get(key) instanceof List<?> list)) {
            throw wrong(key, "a list");
        }
        List<Fields> fields = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            fields.add(of(where + ": \"" + key + "\"[" + i + "]", list.get(i)));
        }
        return fields;
    }

    Fields map(String key) {
        return of(where + ": \"" + key + "\"", values.getOrDefault(key, Map.of()));
    }

    EvalException wrong(String key, String expected) {
        return new EvalException(where + ": \"" + key + "\" is " + shown(values.get(key)) + "; expected " + expected);
    }

    private static String shown(Object value) {
        String text = value instanceof FunctionName || value == null ? String.valueOf(value) : Python.json(value);
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
