package io.sirocco.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.report.LabelMetrics;
import io.sirocco.report.Report;
import io.sirocco.report.RunFigures;
import io.sirocco.report.RunFigures.Moment;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Answers the rows of an input that the output does not have yet, whatever answering means: rows go in with ids and costs, rows of the
 * output come out. The output is the only checkpoint: the plan is made anew in each run, of what is not in it.
 */
final class ResumableJob {

    private final SparkSession spark;
    private final JobOptions options;
    private final Output output;
    private final OutputColumns columns;
    private final JobListener listener;
    private final Tally tally;
    private final RunningTasks running = new RunningTasks();
    private final Moments moments = new Moments();
    private Map<String, Long> earlier = Map.of();
    private long earlierRows;
    private long total;
    private long totalCost;
    private long begin;
    private Waves waves;

    ResumableJob(
            SparkSession spark,
            JobOptions options,
            Output output,
            OutputColumns columns,
            JobListener listener,
            Tally tally) {
        this.spark = spark;
        this.options = options;
        this.output = output;
        this.columns = columns;
        this.listener = listener;
        this.tally = tally;
    }

    /**
     * What is to be done.
     *
     * @param task answers rows of the plan: the rows' own columns, then id and cost
     */
    record Work(IdentifiedRows rows, FlatMapFunction<Iterator<Row>, Row> task) {}

    /** What remains to be done once every row is in the output. */
    @FunctionalInterface
    interface Ending {
        /**
         * Does it.
         *
         * @param run what run.json is to say
         * @param moments of this run
         */
        void end(Summary summary, ObjectNode run, List<Moment> moments);
    }

    /**
     * Runs a job over the rows of an input, whose output and report are its rows.
     *
     * @param guard what the answers depend on
     * @param task answers rows of the plan: the input's own columns, then id and cost
     * @param record what is said of the run beside what is counted here
     * @param gold how the labels in the output's rows agree with those that are right, where these are known
     * @throws JobException if the output was made otherwise, its format cannot hold the rows, or another run is writing it; nothing has been
     *     changed then
     * @throws UnfinishedException if it is interrupted or fails; what is committed stays
     */
    Summary run(
            JobGuard guard,
            IdentifiedRows rows,
            ChunkSize size,
            FlatMapFunction<Iterator<Row>, Row> task,
            RowOptions rowOptions,
            Supplier<ObjectNode> record,
            Function<Dataset<Row>, Optional<LabelMetrics>> gold) {
        return run(guard, () -> new Work(rows, task), size, record, (summary, run, moments) -> {
            Dataset<Row> answered = output.rows(spark, columns.schema());
            RunFigures figures =
                    new OutputFigures(answered, columns, rowOptions).count(summary, moments, gold.apply(answered));
            run.set("figures", figures.json());
            output.finish(run, Report.page(output.name(), figures));
        });
    }

    /**
     * Runs a job.
     *
     * @param guard what the answers depend on
     * @param work made when the output's folder is this run's
     * @param record what run.json says beside what is counted here; asked once every row is in the output
     * @throws JobException if the output was made otherwise, its format cannot hold the rows, or another run is writing it; nothing has been
     *     changed then
     * @throws UnfinishedException if it is interrupted or fails; what is committed stays
     */
    Summary run(JobGuard guard, Supplier<Work> work, ChunkSize size, Supplier<ObjectNode> record, Ending ending) {
        try (Lease lease = Lease.take(
                output.folder("lease"), options.output(), spark.sparkContext().hadoopConfiguration())) {
            output.require(guard);
            new StoredRows(options, columns.schema()).check();
            output.begin(guard);
            lease.retake(options.output());
            return run(lease, work, size, record, ending);
        }
    }

    private Summary run(Lease lease, Supplier<Work> work, ChunkSize size, Supplier<ObjectNode> record, Ending ending) {
        boolean finished = false;
        try {
            listener.phase("planning");
            Work asked = work.get();
            IdentifiedRows rows = asked.rows();
            EarlierRows past = new EarlierRows(spark, output, columns, options.retryErrors());
            past.retryErrors();
            earlier = past.countByError();
            earlierRows = sum(earlier);
            total = rows.total() - earlierRows;
            Plan plan = Plan.write(
                    spark,
                    past.without(rows.rows(), functions.col(IdentifiedRows.ID)),
                    rows.order(),
                    output.folder("plan"),
                    size);
            total = plan.rows();
            totalCost = plan.cost();
            Summary summary = answer(plan, asked.task());
            ending.end(summary, record(record.get(), summary, plan), moments.all());
            finished = true;
            return summary;
        } catch (Exception e) {
            throw unfinished(lease.isLost() ? new JobException("another run has taken over the output", e) : e);
        } finally {
            if (!finished && !lease.isLost()) {
                output.leave();
            }
        }
    }

    private Summary answer(Plan plan, FlatMapFunction<Iterator<Row>, Row> task) throws Exception {
        spark.sparkContext().addSparkListener(running);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("sirocco-progress").factory());
        begin = System.nanoTime();
        ScheduledFuture<?> ticking = clock.scheduleAtFixedRate(() -> show(progress(counts())), 1, 1, TimeUnit.SECONDS);
        try {
            waves = new Waves(spark, plan, options.waveSeconds(), task, columns.schema(), output, this::costPerSecond);
            waves.run();
        } finally {
            ticking.cancel(false);
            clock.shutdownNow();
            spark.sparkContext().removeSparkListener(running);
        }
        Tally.Counts counts = tally.counts(Map.of());
        show(progress(counts));
        Map<String, Long> errors = new TreeMap<>(earlier);
        errors.remove("");
        counts.errors().forEach((code, count) -> errors.merge(code, count, Long::sum));
        return new Summary(
                earlierRows + counts.rows(),
                earlierRows,
                errors,
                counts.promptTokens(),
                counts.answerTokens(),
                seconds(),
                options.output());
    }

    private void show(Progress progress) {
        moments.add(progress);
        listener.progress(progress);
    }

    private Tally.Counts counts() {
        return tally.counts(running.sums());
    }

    private double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    private double costPerSecond() {
        return counts().cost() / seconds();
    }

    private Progress progress(Tally.Counts counts) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        Forecast forecast =
                new Forecast(total, totalCost, options.mostAnswerTokens(), counts.inOrder(), counts.work(), elapsed);
        return new Progress(
                earlierRows,
                Math.min(counts.rows(), total),
                total,
                counts.errors(),
                counts.work().get(EngineWork.PREFILL_TOKENS),
                counts.work().get(EngineWork.CACHED_TOKENS),
                counts.work().get(EngineWork.DECODE_TOKENS),
                elapsed,
                counts.rows() >= total ? Optional.of(Duration.ZERO) : forecast.remaining());
    }

    private ObjectNode record(ObjectNode run, Summary summary, Plan plan) {
        run.put("rows", summary.rows());
        run.put("rows_of_earlier_runs", summary.earlier());
        ObjectNode errors = run.putObject("errors");
        summary.errors().forEach(errors::put);
        run.put("prompt_tokens", summary.promptTokens());
        run.put("answer_tokens", summary.answerTokens());
        run.put("seconds", summary.seconds());
        ObjectNode planned = run.putObject("plan");
        planned.put("rows", plan.rows());
        planned.put("cost_tokens", plan.cost());
        planned.put("chunks", plan.chunks().size());
        ObjectNode engine = run.putObject("engine");
        tally.counts(Map.of()).work().forEach((kind, amount) -> engine.put(kind.key(), amount));
        return run;
    }

    private RuntimeException unfinished(Exception e) {
        String why = e instanceof InterruptedException
                ? "interrupted"
                : Failures.forPeople("the job failed", e).getMessage();
        // Counted here, not read from the output: Spark may be gone.
        long there = earlierRows + (waves == null ? 0 : waves.committed());
        String state = "%d of %d rows are in %s; the same command %sgoes on"
                .formatted(
                        there,
                        earlierRows + total,
                        options.output(),
                        options.overwrite() ? "without --overwrite " : "");
        return new UnfinishedException(why, state, e);
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
