package io.sirocco.cli;

import io.sirocco.job.OptionException;
import io.sirocco.job.OptionTable;
import io.sirocco.job.UnfinishedException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands of the command line. */
@Command(
        name = "sirocco",
        description = "Bulk LLM inference on Apache Spark, in pure Java.",
        synopsisSubcommandLabel = "COMMAND")
final class Sirocco implements Runnable {

    static final String DEBUG = "--debug";

    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int ERROR_ROWS = 3;
    static final int INTERRUPTED = 130;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("unused") // picocli shows the help by itself
    private boolean help;

    @Option(
            names = DEBUG,
            scope = ScopeType.INHERIT,
            description = "Show warnings of all parts, and stack traces of errors.")
    private boolean debug;

    /** Without a command there is nothing to do but say what there is. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /**
     * Runs one command line; what it says goes to the writers.
     *
     * @param interrupted whether the user has stopped the command
     * @return the exit code: 0 finished, 1 failed, 2 wrong usage, 3 finished with error rows under --fail-on-error, 130 interrupted
     */
    static int execute(PrintWriter out, PrintWriter err, BooleanSupplier interrupted, String... args) {
        Sirocco sirocco = new Sirocco();
        CommandLine line = new CommandLine(sirocco);
        line.addSubcommand("generate", JobCommand.spec(OptionTable.generate(), "Answers a data set of prompts."));
        line.addSubcommand("label", JobCommand.spec(OptionTable.label(), "Gives each row of a data set a label."));
        line.addSubcommand(
                "evaluate",
                JobCommand.spec(
                        OptionTable.evaluate(),
                        "Evaluates a model on tasks in lm-evaluation-harness's YAML; writes its result files, prints its table."));
        line.addSubcommand(new ReportCommand());
        line.addSubcommand(new RunCommand());
        line.addSubcommand(new SubmitCommand());
        line.addSubcommand(new PullCommand());
        line.addSubcommand(new InspectCommand());
        line.addSubcommand(new PackCommand());
        line.addSubcommand(new BenchCommand());
        line.addSubcommand(new DemoCommand());
        line.addSubcommand(new HelpCommand());
        line.addSubcommand(new VersionCommand());
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, _) -> wrongUsage(e));
        line.setExecutionExceptionHandler((e, command, _) -> {
            if (interrupted.getAsBoolean()) {
                String state = e instanceof UnfinishedException unfinished ? "; " + unfinished.state() : "";
                command.getErr().println("sirocco: interrupted" + state);
                return INTERRUPTED;
            }
            return failed(e, command, sirocco.debug);
        });
        return line.execute(args);
    }

    private static int wrongUsage(ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("sirocco: " + message(e));
        List<String> suggestions =
                e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        err.println(
                suggestions.isEmpty() ? "Try: " + help : "Did you mean " + suggestions.getFirst() + "? Try: " + help);
        return WRONG_USAGE;
    }

    private static int failed(Exception e, CommandLine command, boolean debug) {
        PrintWriter err = command.getErr();
        err.println("sirocco: " + message(e));
        if (debug) {
            e.printStackTrace(err);
        }
        return e instanceof OptionException ? WRONG_USAGE : FAILED;
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
