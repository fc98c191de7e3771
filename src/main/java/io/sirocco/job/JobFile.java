package io.sirocco.job;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A job file: HOCON that names the job and sets its options, all below {@code sirocco}. */
public final class JobFile {

    private static final String ROOT = "sirocco";
    private static final String JOB = "job";
    private static final String GENERATE = "generate";
    private static final String LABEL = "label";
    private static final String EVALUATE = "evaluate";
    private static final String KINDS = GENERATE + ", " + LABEL + " or " + EVALUATE;

    private JobFile() {}

    /**
     * Reads a job file.
     *
     * @param overrides keys and texts that replace what the file says; keys may begin with {@code sirocco.}
     * @throws OptionException if the file cannot be read, names no known job, or an option is unknown, missing or wrong
     */
    public static JobOptions read(Path file, Map<String, List<String>> overrides) {
        if (!Files.isRegularFile(file)) {
            throw new OptionException(file + ": no such file; expected a job file such as jobs/generate.conf");
        }
        ConfigObject given = sirocco(file);
        for (Map.Entry<String, List<String>> override : overrides.entrySet()) {
            String key = override.getKey();
            List<String> values = override.getValue();
            given = given.withValue(
                    key.startsWith(ROOT + ".") ? key.substring(ROOT.length() + 1) : key,
                    ConfigValueFactory.fromAnyRef(values.size() == 1 ? values.getFirst() : values));
        }
        ConfigValue job = given.get(JOB);
        if (job == null) {
            throw new OptionException(file + ": sirocco.job is missing; expected " + KINDS);
        }
        OptionTable<?> table = switch (String.valueOf(job.unwrapped())) {
            case GENERATE -> OptionTable.generate();
            case LABEL -> OptionTable.label();
            case EVALUATE -> OptionTable.evaluate();
            default -> throw new OptionException(file + ": sirocco.job is " + job.render() + "; expected " + KINDS);
        };
        try {
            return table.read(given.withoutKey(JOB), key -> ROOT + "." + key);
        } catch (OptionException e) {
            throw new OptionException(file + ": " + e.getMessage(), e);
        }
    }

    private static ConfigObject sirocco(Path file) {
        Config config;
        try {
            config = ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException e) {
            throw new OptionException(e.getMessage(), e);
        }
        for (String key : config.root().keySet()) {
            if (!key.equals(ROOT)) {
                throw new OptionException(file + ": " + key + " is outside of sirocco { … }, which holds every option");
            }
        }
        ConfigValue sirocco = config.root().get(ROOT);
        if (sirocco == null || sirocco.valueType() != ConfigValueType.OBJECT) {
            throw new OptionException(file + ": expected sirocco { job = generate, model = …, input = …, output = … }");
        }
        return (ConfigObject) sirocco;
    }
}
