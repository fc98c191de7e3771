package io.sirocco.eval;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads a task's file: plain data, with what it includes below its own keys. */
final class TaskYaml {

    /** The longest published ones, with their shots written out, have some 100 kB. */
    private static final int MAX_BYTES = 4 << 20;

    private TaskYaml() {}

    /** Plain values, and {@link FunctionName}. */
    private static final class Constructor extends SafeConstructor {
        Constructor(LoaderOptions options) {
            super(options);
            yamlConstructors.put(new Tag("!function"), new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return new FunctionName(constructScalar((ScalarNode) node));
                }
            });
        }
    }

    /**
     * The keys of a file, those it includes first.
     *
     * @throws EvalException if it cannot be read, is no YAML or includes itself
     */
    static Map<String, Object> read(Path file) {
        return read(file, new LinkedHashSet<>());
    }

    private static Map<String, Object> read(Path file, Set<Path> open) {
        Path path = file.toAbsolutePath().normalize();
        if (!open.add(path)) {
            throw new EvalException(file + " includes itself");
        }
        Map<String, Object> own = parse(path);
        Object included = own.remove("include");
        Map<String, Object> merged = new LinkedHashMap<>();
        for (Object name : included instanceof List<?> list ? list : included == null ? List.of() : List.of(included)) {
            if (!(name instanceof String text)) {
                throw new EvalException(file + ": \"include\" is " + name + "; expected a file or a list of files");
            }
            Map<String, Object> other = read(path.resolveSibling(text), open);
            other.remove("task_list");
            merged.putAll(other);
        }
        merged.putAll(own);
        return merged;
    }

    private static Map<String, Object> parse(Path path) {
        String text;
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new EvalException(path + " is larger than " + MAX_BYTES + " bytes; no task's file is");
            }
            text = new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EvalException(path + " cannot be read: " + e.getMessage(), e);
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setAllowDuplicateKeys(true); // the last one counts, as the harness reads it
        try {
            Object root = new Yaml(new Constructor(options)).load(text);
            if (root instanceof Map<?, ?> map) {
                Map<String, Object> keys = new LinkedHashMap<>();
                map.forEach((key, value) -> keys.put(String.valueOf(key), plain(value)));
                return keys;
            }
            throw new EvalException(path + " holds no keys; expected a task or a group");
        } catch (YAMLException | ClassCastException e) {
            throw new EvalException(path + " is no YAML that can be read: " + e.getMessage(), e);
        }
    }

    /** Numbers as templates have them. */
    private static Object plain(Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case List<?> list -> {
                List<Object> plain = new java.util.ArrayList<>();
                list.forEach(element -> plain.add(plain(element)));
                yield plain;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> plain = new LinkedHashMap<>();
                map.forEach(
                        (key, element) -> plain.put(key instanceof Integer n ? n.longValue() : key, plain(element)));
                yield plain;
            }
            case null, default -> value;
        };
    }
}
