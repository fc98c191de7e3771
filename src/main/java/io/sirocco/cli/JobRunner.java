package io.sirocco.cli;

import io.sirocco.job.EvaluateOptions;
import io.sirocco.job.Evaluated;
import io.sirocco.job.GenerateOptions;
import io.sirocco.job.JobOptions;
import io.sirocco.job.JobSession;
import io.sirocco.job.LabelOptions;
import io.sirocco.job.Labelled;
import io.sirocco.job.RowOptions;
import io.sirocco.job.Summary;
import io.sirocco.report.LabelMetrics;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Runs a job for a command: progress while it runs, one line when it has finished. */
final class JobRunner {

    private final PrintWriter out;
    private final PrintWriter err;

    JobRunner(CommandLine command) {
        out = command.getOut();
        err = command.getErr();
    }

    /** Returns the exit code. */
    int run(JobOptions options) {
        return run(options, _ -> {});
    }

    /** @param then is given the session once the job has finished */
    int run(JobOptions options, Consumer<JobSession> then) {
        ProgressLine line = new ProgressLine(err);
        Summary summary;
        String result = "";
        line.phase("starting Spark");
        try (JobSession session = JobSession.open(options)) {
            switch (options) {
                case GenerateOptions generate -> summary = session.generate(generate, line);
                case LabelOptions label
                when label.showPrompt() -> {
                    String prompt = session.labelPrompt(label, line);
                    line.end();
                    out.println(prompt);
                    return 0;
                }
                case LabelOptions label -> {
                    Labelled labelled = session.label(label, line);
                    summary = labelled.summary();
                    result = labelled.metrics().map(LabelMetrics::text).orElse("");
                }
                case EvaluateOptions evaluate -> {
                    Evaluated evaluated = session.evaluate(evaluate, line);
                    summary = evaluated.summary();
                    result = evaluated.text().stripTrailing();
                }
            }
            line.end();
            err.println("sirocco: " + summary(summary));
            if (!result.isEmpty()) {
                out.println(result);
            }
            then.accept(session);
        } finally {
            line.end();
        }
        return options instanceof RowOptions rows && rows.failOnError() && summary.errorRows() > 0
                ? Sirocco.ERROR_ROWS
                : 0;
    }

    private static String summary(Summary summary) {
        String errors =
                summary.errors().entrySet().stream().map(JobRunner::count).collect(Collectors.joining(", ", " (", ")"));
        return String.format(
                Locale.ROOT,
                "%d rows%s, %d errors%s, %d prompt and %d answer tokens in %.1f s: %s",
                summary.rows(),
                summary.earlier() == 0 ? "" : " (" + summary.earlier() + " of earlier runs)",
                summary.errorRows(),
                summary.errorRows() == 0 ? "" : errors,
                summary.promptTokens(),
                summary.answerTokens(),
                summary.seconds(),
                summary.output());
    }

    private static String count(Map.Entry<String, Long> error) {
        return error.getKey() + " " + error.getValue();
    }
}
