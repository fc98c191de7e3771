package io.sirocco.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.sirocco.weights.ModelException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a configuration object, read by name: each read checks the type and range and is remembered, so that what nobody
 * asked for can be refused by name.
 */
final class ConfigFields {

    private static final int MOST = 1 << 24;

    private final String where;
    private final JsonNode node;
    private final Set<String> known = new LinkedHashSet<>();

    /** @param where how messages name the object, such as {@code config.json} */
    ConfigFields(String where, JsonNode node) {
        this.where = where;
        this.node = node;
        if (!node.isObject()) {
            throw new ModelException(where + " is not a JSON object");
        }
    }

    /** The field, if it is there and not null. */
    Optional<JsonNode> find(String field) {
        known.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** Whether the field is there, null included. */
    boolean has(String field) {
        return node.has(field);
    }

    JsonNode require(String field, String expected) {
        return find(field).orElseThrow(() -> refuse(field, node.has(field) ? "null" : "absent", expected));
    }

    int positiveInt(String field) {
        return positiveInt(field, require(field, "a positive integer"));
    }

    Optional<Integer> findPositiveInt(String field) {
        return find(field).map(value -> positiveInt(field, value));
    }

    private int positiveInt(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1 || value.intValue() > MOST) {
            throw refuse(field, value, "an integer from 1 to " + MOST);
        }
        return value.intValue();
    }

    double positive(String field) {
        JsonNode value = require(field, "a positive number");
        if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
            throw refuse(field, value, "a positive number");
        }
        return value.doubleValue();
    }

    boolean bool(String field) {
        JsonNode value = require(field, "true or false");
        if (!value.isBoolean()) {
            throw refuse(field, value, "true or false");
        }
        return value.booleanValue();
    }

    String text(String field, String expected) {
        JsonNode value = require(field, expected);
        if (!value.isTextual()) {
            throw refuse(field, value, expected);
        }
        return value.textValue();
    }

    /** The field must be absent, null, or this value. */
    void only(String field, JsonNode expected) {
        find(field).ifPresent(value -> {
            boolean same = (value.isNumber() && expected.isNumber())
                    ? value.doubleValue() == expected.doubleValue()
                    : value.equals(expected);
            if (!same) {
                throw refuse(field, value, expected + ", the only value that is implemented");
            }
        });
    }

    /** The field may be anything: it does not change the arithmetic. */
    void ignore(String... fields) {
        known.addAll(Set.of(fields));
    }

    /** Refuses the first field that nobody asked for, unless it is null or false, which switches a feature off. */
    void refuseUnknown() {
        node.properties().forEach(property -> {
            JsonNode value = property.getValue();
            boolean off = value.isNull() || value.equals(BooleanNode.FALSE);
            if (!off && !known.contains(property.getKey()) && !property.getKey().startsWith("_")) {
                throw new ModelException(where + ": \"" + property.getKey() + "\" is " + brief(value)
                        + "; this field is not known here and may change the arithmetic, so the model is refused");
            }
        });
    }

    ModelException refuse(String field, Object value, String expected) {
        return new ModelException(where + ": \"" + field + "\" is " + brief(value) + "; expected " + expected);
    }

    private static String brief(Object value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + " …";
    }
}
