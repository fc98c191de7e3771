package io.sirocco.job;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Values of options between HOCON, where all may be text, and the types of {@link JobOptions}. */
final class OptionValues {

    private OptionValues() {}

    /**
     * The value as a component's type.
     *
     * @throws RuntimeException if it is none; {@link #expected} says what would be
     */
    static Object convert(Class<?> type, ConfigValue value, boolean named) {
        String text = text(value.unwrapped());
        if (type == String.class) {
            return text;
        } else if (type == ColumnName.class) {
            return new ColumnName(text, named);
        } else if (type == boolean.class || type == Boolean.class) {
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
        } else if (type == double.class || type == Double.class) {
            return new BigDecimal(text).doubleValue();
        } else if (type == ConfigMemorySize.class) {
            return ConfigFactory.empty()
                    .withValue("size", ConfigValueFactory.fromAnyRef(text))
                    .getMemorySize("size");
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> name(constant).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(text));
        }
        throw new IllegalStateException("no option can be a " + type);
    }

    /**
     * The value as a list of a component's element type; one value is a list of one.
     *
     * @throws RuntimeException if it is none; {@link #expectedList} says what would be
     */
    static List<?> list(Class<?> element, ConfigValue value) {
        List<?> values = value.unwrapped() instanceof List<?> many ? many : List.of(value.unwrapped());
        return element == Integer.class
                ? wholeNumbers(values)
                : values.stream().map(OptionValues::text).toList();
    }

    /** The numbers of all values, each of which is a number, or text of one or more between commas. */
    static List<Integer> wholeNumbers(List<?> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(text(value).split(",", -1)))
                .map(number -> new BigDecimal(number.strip()).intValueExact())
                .toList();
    }

    /** One text alone, as a command line has it, is all of them with commas between. */
    static List<String> separated(List<String> texts) {
        return texts.size() == 1 ? List.of(texts.getFirst().split(",", -1)) : texts;
    }

    private static String text(Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw new IllegalArgumentException("not a plain value");
    }

    private static String name(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
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
                    .map(OptionValues::name)
                    .collect(Collectors.joining(", "));
        } else if (type == String.class) {
            return "a text";
        } else if (type == ColumnName.class) {
            return "the name of a column";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == double.class || type == Double.class) {
            return "a number";
        } else if (type == ConfigMemorySize.class) {
            return "a size such as 8g or 512m";
        }
        return "a whole number";
    }

    static String expectedList(Class<?> element) {
        return element == Integer.class ? "token ids" : "a list of texts";
    }

    /** The value of a component as JSON's types have it. */
    static Object plain(Object value) {
        return switch (value) {
            case Optional<?> optional -> optional.map(OptionValues::plain).orElse(null);
            case OptionalInt optional -> optional.isPresent() ? optional.getAsInt() : null;
            case OptionalLong optional -> optional.isPresent() ? optional.getAsLong() : null;
            case ColumnName column -> column.name();
            case ConfigMemorySize size -> size.toBytes();
            case Enum<?> constant -> name(constant);
            default -> value;
        };
    }
}
