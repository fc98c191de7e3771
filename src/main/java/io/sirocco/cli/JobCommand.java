package io.sirocco.cli;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.sirocco.job.JobOptions;
import io.sirocco.job.OptionTable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A command that runs a job over rows; its options are made from the job's table of options. */
final class JobCommand implements Callable<Integer> {

    private final OptionTable<?> table;
    private CommandSpec spec;

    private JobCommand(OptionTable<?> table) {
        this.table = table;
    }

    /** The command with all its options. */
    static CommandSpec spec(OptionTable<?> table, String description) {
        JobCommand command = new JobCommand(table);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
        command.spec = spec;
        spec.usageMessage().description(description).sortOptions(false).abbreviateSynopsis(true);
        for (OptionTable.Option option : command.table.options()) {
            spec.addOption(option(option));
        }
        return spec;
    }

    private static OptionSpec option(OptionTable.Option option) {
        String meaning = option.description();
        if (!option.flag() && !option.defaultText().isEmpty()) {
            meaning += " Default: " + option.defaultText() + ".";
        }
        OptionSpec.Builder builder = OptionSpec.builder("--" + option.name())
                // Percent signs would be formats.
                .description(meaning.replace("%", "%%"))
                .required(option.required());
        if (option.flag()) {
            return builder.type(boolean.class).arity("0").build();
        }
        builder.paramLabel(option.label());
        if (option.label().equals("BOOLEAN")) {
            // On by default, and still on by its name alone.
            builder.arity("0..1").fallbackValue("true");
        } else {
            builder.arity("1");
        }
        return option.repeatable()
                ? builder.type(List.class).auxiliaryTypes(String.class).build()
                : builder.type(String.class).build();
    }

    @Override
    public Integer call() {
        return new JobRunner(spec.commandLine()).run(options());
    }

    /** What was given, as text; the table checks and converts it as it does a job file. */
    private JobOptions options() {
        ParseResult parsed = spec.commandLine().getParseResult();
        Map<String, Object> given = new HashMap<>();
        for (OptionTable.Option option : table.options()) {
            String name = "--" + option.name();
            if (parsed.hasMatchedOption(name)) {
                Object value = parsed.matchedOptionValue(name, null);
                // So that an error shows one value as it was typed, not as a list.
                given.put(option.key(), value instanceof List<?> list && list.size() == 1 ? list.getFirst() : value);
            }
        }
        ConfigObject config = ConfigValueFactory.fromMap(given);
        return table.read(config, key -> "--" + key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }
}
