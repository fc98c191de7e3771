package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigMemorySize;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The options of generate as data: names, meanings and defaults from {@code conf/sirocco.conf}, types from {@link GenerateOptions}. The
 * command line's options and help are made from it, and job files are read by it.
 */
public final class OptionTable {

    private static final String RESOURCE = "io/sirocco/conf/sirocco.conf";
    private static final String AUTO = "auto";

    /**
     * One option.
     *
     * @param key as in a job file, such as {@code maxTokens}
     * @param description its meaning, one or two sentences
     * @param defaultText the default as a person writes it; empty if there is none
     * @param flag whether it is switched on by its name alone
     * @param repeatable whether it may be given many times
     * @param required whether it must be given
     * @param label what stands for its value in help
     */
    public record Option(
            String key,
            String description,
            String defaultText,
            boolean flag,
            boolean repeatable,
            boolean required,
            String label) {

        /** As on the command line, without the dashes: {@code max-tokens}. */
        public String name() {
            return kebab(key);
        }
    }

    private final ConfigObject defaults;

    /** Reads the table from the class path. */
    public OptionTable() {
        Config file = ConfigFactory.parseResources(
                OptionTable.class.getClassLoader(),
                RESOURCE,
                ConfigParseOptions.defaults().setAllowMissing(false));
        defaults = file.getObject("sirocco");
    }

    /** {@code maxTokens} as {@code max-tokens}. */
    static String kebab(String key) {
        return key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** All options, in the order of {@link GenerateOptions}. */
    public List<Option> options() {
        return Arrays.stream(GenerateOptions.class.getRecordComponents())
                .map(this::option)
                .toList();
    }

    private Option option(RecordComponent component) {
        ConfigValue value = defaults.get(component.getName());
        Class<?> type = elementType(component);
        boolean none = value.valueType() == ConfigValueType.NULL;
        boolean list = component.getType() == List.class;
        return new Option(
                component.getName(),
                value.origin().comments().stream().map(String::strip).collect(Collectors.joining(" ")),
                none || list ? "" : String.valueOf(value.unwrapped()),
                type == boolean.class && value.unwrapped().equals(false),
                list,
                none && component.getType() == String.class,
                label(component.getName(), type));
    }

    private static String label(String key, Class<?> type) {
        if (type == String.class || type.isEnum()) {
            String lastWord = kebab(key).substring(kebab(key).lastIndexOf('-') + 1);
            return key.equals("system") || key.equals("stop") ? "TEXT" : lastWord.toUpperCase(Locale.ROOT);
        }
        if (type == boolean.class) {
            return "BOOLEAN";
        } else if (type == ColumnName.class) {
            return "COLUMN";
        } else if (type == Integer.class) {
            return "ID";
        }
        return type == ConfigMemorySize.class ? "SIZE" : "N";
    }

    /**
     * The options from what was given, and the defaults for the rest.
     *
     * @param given keys and values; null values count as not given
     * @param spelling how a key is written where it was given, such as {@code --max-tokens}
     * @throws OptionException naming an option that is unknown, missing or wrong
     */
    public GenerateOptions read(ConfigObject given, UnaryOperator<String> spelling) {
        for (String key : given.keySet()) {
            if (!defaults.containsKey(key)) {
                throw new OptionException("unknown option " + spelling.apply(key) + "; the nearest is "
                        + spelling.apply(Nearest.to(key, defaults.keySet())));
            }
        }
        RecordComponent[] components = GenerateOptions.class.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(components[i], given, spelling);
        }
        GenerateOptions options = options(values);
        try {
            options.check();
        } catch (IllegalArgumentException e) {
            throw new OptionException(e.getMessage(), e);
        }
        return options;
    }

    private static GenerateOptions options(Object[] values) {
        try {
            return (GenerateOptions) GenerateOptions.class.getDeclaredConstructors()[0].newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("GenerateOptions is a public record", e);
        }
    }

    private Object value(RecordComponent component, ConfigObject given, UnaryOperator<String> spelling) {
        String key = component.getName();
        ConfigValue own = given.get(key);
        boolean named = own != null && own.valueType() != ConfigValueType.NULL;
        ConfigValue value = named ? own : defaults.get(key);
        Class<?> type = elementType(component);
        boolean list = component.getType() == List.class;
        boolean automatic = AUTO.equals(defaults.get(key).unwrapped()) && AUTO.equals(value.unwrapped());
        if (automatic || value.valueType() == ConfigValueType.NULL) {
            if (component.getType() == Optional.class) {
                return Optional.empty();
            } else if (component.getType() == OptionalInt.class) {
                return OptionalInt.empty();
            } else if (component.getType() == OptionalLong.class) {
                return OptionalLong.empty();
            }
            throw new OptionException(
                    spelling.apply(key) + " is missing: " + option(component).description());
        }
        try {
            Object converted = list ? OptionValues.list(type, value) : OptionValues.convert(type, value, named);
            return component.getType() == Optional.class ? Optional.of(converted) : converted;
        } catch (IllegalArgumentException | ArithmeticException | ConfigException e) {
            throw new OptionException(
                    spelling.apply(key) + " is " + OptionValues.shown(value) + "; expected "
                            + (list ? OptionValues.expectedList(type) : OptionValues.expected(type))
                            + (AUTO.equals(defaults.get(key).unwrapped()) ? ", or auto" : ""),
                    e);
        }
    }

    /** The component's type, that in the Optional or List if it is one. */
    private static Class<?> elementType(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType generic
                ? (Class<?>) generic.getActualTypeArguments()[0]
                : component.getType();
    }

    /** Options as JSON, each under its key. */
    public ObjectNode json(GenerateOptions options) {
        ObjectNode json = new JsonMapper().createObjectNode();
        for (RecordComponent component : GenerateOptions.class.getRecordComponents()) {
            try {
                json.putPOJO(
                        component.getName(),
                        OptionValues.plain(component.getAccessor().invoke(options)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("GenerateOptions is a public record", e);
            }
        }
        return json;
    }
}
