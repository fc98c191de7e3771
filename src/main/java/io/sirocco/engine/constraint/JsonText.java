package io.sirocco.engine.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.stream.Collectors;

/** Canonical text of JSON values, as {@link SchemaCompiler} says. */
final class JsonText {

    private JsonText() {}

    static String of(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> JsonStrings.quoted(value.textValue());
            case NUMBER -> number(value.decimalValue());
            case ARRAY -> value.valueStream().map(JsonText::of).collect(Collectors.joining(", ", "[", "]"));
            case OBJECT ->
                value.propertyStream()
                        .map(member -> JsonStrings.quoted(member.getKey()) + ": " + of(member.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            default -> value.asText();
        };
    }

    private static String number(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        if (value.precision() - (long) value.scale() > 1000 || value.scale() > 1000) {
            throw new ConstraintException("json-schema: the number " + value + " is out of reach");
        }
        return value.stripTrailingZeros().toPlainString();
    }
}
