package io.sirocco.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco help}. */
@Command(name = "help", description = "Shows help for a command.")
final class HelpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command; without it, all commands.")
    private Optional<String> command = Optional.empty();

    @Override
    public Integer call() {
        CommandLine all = spec.parent().commandLine();
        CommandLine shown = command.map(all.getSubcommands()::get).orElse(command.isEmpty() ? all : null);
        if (shown == null) {
            throw new ParameterException(spec.commandLine(), "there is no command " + command.get());
        }
        shown.usage(spec.commandLine().getOut());
        return 0;
    }
}
