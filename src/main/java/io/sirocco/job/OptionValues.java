package io.sirocco.job;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Values of options between HOCON, where all may be text, and the types of {@link GenerateOptions}. */
final class OptionValues {

    private OptionValues() {}

    /**
     * The value as a component's type.
     *
     * @throws RuntimeException if it is none; {@link #expected} says what would be
     */
    static Object convert(Class<?> type, ConfigValue value, boolean named) {
        if (type == List.class) {
            return value.valueType() == ConfigValueType.LIST
                    ? ((List<?>) value.unwrapped())
                            .stream().map(OptionValues::text).toList()
                    : List.of(text(value.unwrapped()));
        }
        String text = text(value.unwrapped());
        if (type == String.class) {
            return text;
        } else if (type == ColumnName.class) {
            return new ColumnName(text, named);
        } else if (type == boolean.class) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(text);
            };
        } else if (type == int.class) {
            return new BigDecimal(text).intValueExact();
        } else if (type == long.class) {
            return new BigDecimal(text).longValueExact();
        } else if (type == OptionalInt.class) {
            return OptionalInt.of(new BigDecimal(text).intValueExact());
        } else if (type == OptionalLong.class) {
            return OptionalLong.of(new BigDecimal(text).longValueExact());
        } else if (type == double.class) {
            return new BigDecimal(text).doubleValue();
        } else if (type == ConfigMemorySize.class) {
            return ConfigFactory.empty()
                    .withValue("size", ConfigValueFactory.fromAnyRef(text))
                    .getMemorySize("size");
        } else if (type == InputFormat.class) {
            return InputFormat.valueOf(lowerCase(text).toUpperCase(Locale.ROOT));
        } else if (type == OutputFormat.class) {
            return OutputFormat.valueOf(lowerCase(text).toUpperCase(Locale.ROOT));
        }
        throw new IllegalStateException("no option can be a " + type);
    }

    private static String text(Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw new IllegalArgumentException("not a plain value");
    }

    private static String lowerCase(String text) {
        if (text.equals(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        throw new IllegalArgumentException(text);
    }

    static String shown(ConfigValue value) {
        return switch (value.unwrapped()) {
            case String text -> "\"" + text + "\"";
            case Map<?, ?> _ -> "an object";
            case Object other -> other.toString();
        };
    }

    static String expected(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
        } else if (type == List.class) {
            return "a list of texts";
        } else if (type == String.class) {
            return "a text";
        } else if (type == ColumnName.class) {
            return "the name of a column";
        } else if (type == boolean.class) {
            return "true or false";
        } else if (type == double.class) {
            return "a number";
        } else if (type == ConfigMemorySize.class) {
            return "a size such as 8g or 512m";
        }
        return "a whole number";
    }

    /** The value of a component as JSON's types have it. */
    static Object plain(Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.map(OptionValues::plain).orElse(null);
            case OptionalInt optional -> optional.isPresent() ? optional.getAsInt() : null;
            case OptionalLong optional -> optional.isPresent() ? optional.getAsLong() : null;
            case ColumnName column -> column.name();
            case ConfigMemorySize size -> size.toBytes();
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            default -> value;
        };
    }
}
