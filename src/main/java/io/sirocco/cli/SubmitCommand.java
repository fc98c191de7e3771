package io.sirocco.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco submit} as help shows it. The launcher does it, and comes here only where nothing is to be submitted. */
@Command(
        name = "submit",
        description = {
            "Runs a command on a cluster, with the spark-submit of $SPARK_HOME or of the PATH.",
            "",
            "Example: sirocco submit --master spark://host:7077 -- generate --model M --input P --output P"
        },
        customSynopsis = "sirocco submit [spark-submit options] -- generate|label|evaluate|run … [options]")
final class SubmitCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description = "Options of spark-submit, --, and a command of sirocco with its options.")
    @SuppressWarnings("unused") // whatever is typed, the answer is the same
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "no command to submit; expected -- and a command, such as -- generate --model …");
    }
}
