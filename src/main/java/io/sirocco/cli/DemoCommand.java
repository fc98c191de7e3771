package io.sirocco.cli;

import io.sirocco.job.GenerateOptions;
import io.sirocco.job.JobException;
import io.sirocco.job.JobFile;
import io.sirocco.job.JobSession;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sirocco demo}: a real model answers the sample questions. */
@Command(name = "demo", description = "Answers jobs/samples/questions.jsonl with a small real model, pulled if absent.")
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        // The launcher names the checkout; the output goes to the caller's folder.
        Path jobs = Path.of(System.getProperty("sirocco.root", ""), "jobs");
        Path file = jobs.resolve("demo.conf");
        if (!(JobFile.read(
                        file,
                        Map.of(
                                "input",
                                List.of(jobs.resolve("samples/questions.jsonl").toString())))
                instanceof GenerateOptions options)) {
            throw new JobException(file + " is no generate job");
        }
        refuseForeign(Path.of(options.output()));
        return new JobRunner(spec.commandLine()).run(options, session -> show(session, options));
    }

    /** The demo replaces its output of last time without being asked, so it must be that. */
    private static void refuseForeign(Path output) {
        if (Files.exists(output) && !Files.exists(output.resolve("_sirocco"))) {
            throw new JobException(output + " exists and is not the output of a job; run the demo in another folder");
        }
    }

    private void show(JobSession session, GenerateOptions options) {
        PrintWriter out = spec.commandLine().getOut();
        for (JobSession.Answered row : session.answers(options)) {
            out.println("[" + row.id() + "] " + row.prompt());
            String answer = row.error() == null ? row.answer() : "(error: " + row.error() + ")";
            answer.strip().lines().forEach(line -> out.println("    " + line));
            out.println();
        }
    }
}
