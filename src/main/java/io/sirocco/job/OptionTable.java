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
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The options of a kind of job as data: names, meanings and defaults from {@code conf/sirocco.conf}, types from the record of its options.
 * The command line's options and help are made from it, and job files are read by it.
 *
 * @param <O> the record
 */
public final class OptionTable<O extends JobOptions> {

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

    /** What stands for input and output where a program has the rows. */
    private static final String DATASET = "dataset";

    private final Class<O> type;
    private final Map<String, ConfigValue> defaults;

    /** Those of {@code sirocco generate}. */
    public static OptionTable<GenerateOptions> generate() {
        return new OptionTable<>(GenerateOptions.class, "sirocco");
    }

    /** Those of {@code sirocco label}. */
    public static OptionTable<LabelOptions> label() {
        return new OptionTable<>(LabelOptions.class, "label");
    }

    /** Those of {@code sirocco evaluate}. */
    public static OptionTable<EvaluateOptions> evaluate() {
        return new OptionTable<>(EvaluateOptions.class, "evaluate");
    }

    /**
     * Reads the table from the class path.
     *
     * @param section of the file, which comes before what it shares with generate
     */
    private OptionTable(Class<O> type, String section) {
        this.type = type;
        Config file = ConfigFactory.parseResources(
                OptionTable.class.getClassLoader(),
                RESOURCE,
                ConfigParseOptions.defaults().setAllowMissing(false));
        ConfigObject own = file.getObject(section);
        ConfigObject shared = file.getObject("sirocco");
        defaults = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = component.getName();
            defaults.put(key, own.containsKey(key) ? own.get(key) : shared.get(key));
        }
    }

    /** {@code maxTokens} as {@code max-tokens}. */
    static String kebab(String key) {
        return key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** All options, in the order of the record. */
    public List<Option> options() {
        return Arrays.stream(type.getRecordComponents()).map(this::option).toList();
    }

    private Option option(RecordComponent component) {
        ConfigValue value = defaults.get(component.getName());
        Class<?> element = elementType(component);
        boolean none = value.valueType() == ConfigValueType.NULL;
        boolean list = component.getType() == List.class;
        return new Option(
                component.getName(),
                value.origin().comments().stream().map(String::strip).collect(Collectors.joining(" ")),
                none || list ? "" : String.valueOf(value.unwrapped()),
                element == boolean.class && value.unwrapped().equals(false),
                list,
                none && (component.getType() == String.class || list),
                label(component.getName(), element));
    }

    private static String label(String key, Class<?> type) {
        if (type == String.class || type.isEnum()) {
            String lastWord = kebab(key).substring(kebab(key).lastIndexOf('-') + 1);
            return switch (key) {
                case "system", "stop", "question", "systemInstruction" -> "TEXT";
                case "jsonSchema", "labelsFile" -> "FILE";
                case "tasks" -> "FILE_OR_DIR";
                case "scale" -> "LOW-HIGH";
                default -> lastWord.toUpperCase(Locale.ROOT);
            };
        }
        if (type == boolean.class || type == Boolean.class) {
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
    public O read(ConfigObject given, UnaryOperator<String> spelling) {
        for (String key : given.keySet()) {
            if (!defaults.containsKey(key)) {
                throw new OptionException("unknown option " + spelling.apply(key) + "; the nearest is "
                        + spelling.apply(Nearest.to(key, defaults.keySet())));
            }
        }
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(components[i], given, spelling);
        }
        O options = options(values);
        try {
            options.check();
        } catch (IllegalArgumentException e) {
            throw new OptionException(e.getMessage(), e);
        }
        return options;
    }

    /**
     * The options of a step of somebody's own program, whose rows come from there and go back there.
     *
     * @throws OptionException as {@link #read} does
     */
    O readForDataset(Map<String, ?> given) {
        Map<String, Object> all = new HashMap<>(Map.of("input", DATASET, "output", DATASET));
        all.putAll(given);
        return read(ConfigValueFactory.fromMap(all), key -> key);
    }

    private O options(Object[] values) {
        try {
            return type.cast(type.getDeclaredConstructors()[0].newInstance(values));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getSimpleName() + " is a public record", e);
        }
    }

    private Object value(RecordComponent component, ConfigObject given, UnaryOperator<String> spelling) {
        String key = component.getName();
        ConfigValue own = given.get(key);
        boolean named = own != null && own.valueType() != ConfigValueType.NULL;
        ConfigValue value = named ? own : defaults.get(key);
        Class<?> element = elementType(component);
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
            Object converted = list ? OptionValues.list(element, value) : OptionValues.convert(element, value, named);
            return component.getType() == Optional.class ? Optional.of(converted) : converted;
        } catch (IllegalArgumentException | ArithmeticException | ConfigException e) {
            throw new OptionException(
                    spelling.apply(key) + " is " + OptionValues.shown(value) + "; expected "
                            + (list ? OptionValues.expectedList(element) : OptionValues.expected(element))
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
    public static ObjectNode json(JobOptions options) {
        ObjectNode json = new JsonMapper().createObjectNode();
        for (RecordComponent component : options.getClass().getRecordComponents()) {
            try {
                json.putPOJO(
                        component.getName(),
                        OptionValues.plain(component.getAccessor().invoke(options)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("options are public records", e);
            }
        }
        return json;
    }
}
