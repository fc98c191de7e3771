package io.sirocco.cli;

import io.sirocco.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco report}: a page on results, or on several that are compared. */
@Command(
        name = "report",
        description = "Writes one HTML page on outputs of evaluate or generate; several are compared with the first.")
final class ReportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "Outputs of evaluate, of lm-evaluation-harness or of generate.")
    private List<Path> folders;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "File to write; replaced if it is there. Default: report.html.")
    private Path output;

    @Override
    public Integer call() {
        Report.write(folders, output);
        spec.commandLine().getOut().println(output.toAbsolutePath());
        return 0;
    }
}
