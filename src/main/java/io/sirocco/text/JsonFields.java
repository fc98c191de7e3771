package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.weights.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fields of a JSON object from a model file; what is not as expected is refused by name. {@code null} counts as absent. */
final class JsonFields {
    private final JsonNode object;
    private final String prefix;

    /** @param field file and field the object stands in, for messages */
    JsonFields(JsonNode object, String field) {
        this(object, field, ".");
    }

    private JsonFields(JsonNode object, String where, String separator) {
        this.object = object;
        this.prefix = where + separator;
        if (object == null || !object.isObject()) {
            throw new TokenizerException(where + " is " + shown(object) + "; expected an object");
        }
    }

    /** The fields of a whole file. */
    static JsonFields ofFile(JsonNode root, String file) {
        return new JsonFields(root, file, ": ");
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    boolean is(String name, String text) {
        return object.path(name).asText().equals(text);
    }

    boolean isList(String name) {
        return object.path(name).isArray();
    }

    boolean isObject(String name) {
        return object.path(name).isObject();
    }

    JsonFields object(String name) {
        return new JsonFields(object.get(name), where(name));
    }

    String text(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isTextual()) {
            throw wrong(name, "text");
        }
        return value.textValue();
    }

    String text(String name, String absent) {
        return has(name) ? text(name) : absent;
    }

    String nonEmptyText(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            throw wrong(name, "text of at least one character");
        }
        return text;
    }

    int codePoint(String name) {
        String text = text(name);
        if (text.codePointCount(0, text.length()) != 1) {
            throw wrong(name, "one character");
        }
        return text.codePointAt(0);
    }

    boolean bool(String name, boolean absent) {
        return optionalBool(name).orElse(absent);
    }

    Optional<Boolean> optionalBool(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!object.get(name).isBoolean()) {
            throw wrong(name, "true or false");
        }
        return Optional.of(object.get(name).booleanValue());
    }

    /** A whole number from 0 to {@link Integer#MAX_VALUE}. */
    int count(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw wrong(name, "a whole number, 0 or more");
        }
        return value.intValue();
    }

    double number(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isNumber()) {
            throw wrong(name, "a number");
        }
        return value.doubleValue();
    }

    List<JsonNode> list(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isArray()) {
            throw wrong(name, "a list");
        }
        List<JsonNode> list = new ArrayList<>(value.size());
        value.forEach(list::add);
        return list;
    }

    /** Text number {@code index} of a list, where {@code index} is the value of the field {@code indexName}. */
    String element(String name, int index, String indexName) {
        JsonNode list = object.path(name);
        if (!list.path(index).isTextual()) {
            throw wrong(indexName, "the index of one of the " + list.size() + " " + name);
        }
        return list.get(index).textValue();
    }

    List<JsonNode> listOrEmpty(String name) {
        return has(name) ? list(name) : List.of();
    }

    Iterable<Map.Entry<String, JsonNode>> entries() {
        return object.properties();
    }

    String where(String name) {
        return prefix + name;
    }

    TokenizerException wrong(String name, String expected) {
        return new TokenizerException(where(name) + " is " + shown(object.get(name)) + "; expected " + expected);
    }

    static String shown(JsonNode node) {
        return switch (node) {
            case null -> "missing";
            case JsonNode n when n.isObject() -> "an object";
            case JsonNode n when n.isArray() -> "a list";
            case JsonNode n when n.isTextual() -> Quoted.of(n.textValue());
            case JsonNode n -> n.toString();
        };
    }
}
