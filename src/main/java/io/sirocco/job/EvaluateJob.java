package io.sirocco.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.eval.EvalModel;
import io.sirocco.eval.Evaluation;
import io.sirocco.eval.Outcome;
import io.sirocco.report.Report;
import io.sirocco.report.RunFigures;
import io.sirocco.report.RunFigures.Moment;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * One run of evaluate: the driver makes the requests of all tasks, the cluster answers those that have no answer yet, and the driver makes
 * scores of the answers.
 */
final class EvaluateJob {

    private final SparkSession spark;
    private final EvaluateOptions options;
    private final JobListener listener;
    private final long begin = System.nanoTime();
    private Outcome outcome;

    EvaluateJob(SparkSession spark, EvaluateOptions options, JobListener listener) {
        this.spark = spark;
        this.options = options;
        this.listener = listener;
    }

    Evaluated run() {
        Output output = Output.open(options, spark.sparkContext().hadoopConfiguration());
        JobModel model = JobModel.find(spark.sparkContext(), options, listener);
        listener.phase("reading the tasks");
        try (EvalModel asked = EvalModel.open(model.path(), options.maxLength())) {
            Evaluation evaluation = Evaluation.prepare(options.evaluation(), asked);
            JobModel.Loaded loaded = model.load();
            Tally tally = new Tally(spark.sparkContext());
            Summary summary = new ResumableJob(spark, options, output, EvaluationAnswers.COLUMNS, listener, tally)
                    .run(
                            JobGuard.of(loaded.identity(), options),
                            () -> work(evaluation, output, model, tally),
                            model.chunkSize(loaded),
                            () -> model.record(loaded),
                            (all, run, moments) -> end(evaluation, output, all, run, moments));
            return new Evaluated(summary, outcome.text());
        } catch (UnfinishedException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.forPeople("the evaluation failed", e);
        }
    }

    private ResumableJob.Work work(Evaluation evaluation, Output output, JobModel model, Tally tally) {
        EvaluationRequests requests = new EvaluationRequests(spark, output.folder("requests"));
        IdentifiedRows rows = requests.write(evaluation);
        return new ResumableJob.Work(
                rows, new EvaluateTask(model.nameForTasks(), options.engine(), requests.params(), tally));
    }

    private void end(Evaluation evaluation, Output output, Summary summary, ObjectNode run, List<Moment> moments) {
        listener.phase("scoring");
        EvaluationAnswers.read(output.rows(spark, EvaluationAnswers.COLUMNS.schema()), evaluation);
        outcome = evaluation.outcome((System.nanoTime() - begin) / 1e9);
        outcome.write(output::result, LocalDateTime.now(ZoneId.systemDefault()));
        run.set("figures", figures(summary, moments).json());
        output.record(run);
        output.publish();
        try (LocalCopy folder = output.local()) {
            output.page(Report.page(folder.folder()));
        }
        output.succeed();
    }

    private RunFigures figures(Summary summary, List<Moment> moments) {
        return new RunFigures(
                options.job(),
                options.model(),
                summary.rows(),
                summary.earlier(),
                summary.errors(),
                Map.of(),
                Map.of(),
                Map.of(),
                summary.seconds(),
                moments,
                List.of(),
                List.of(),
                null);
    }
}
