package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.engine.Engine;
import io.sirocco.model.ModelConfig;
import io.sirocco.text.PromptTemplate;
import io.sirocco.text.Tokenizer;
import io.sirocco.text.jinja.TemplateException;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One run of generate: checks everything that can be checked, then answers the rows where they are read, without a shuffle. */
final class GenerateJob {

    private final SparkSession spark;
    private final GenerateOptions options;
    private final JobListener listener;

    GenerateJob(SparkSession spark, GenerateOptions options, JobListener listener) {
        this.spark = spark;
        this.options = options;
        this.listener = listener;
    }

    Summary run() {
        Output output = Output.open(options, spark.sparkContext().hadoopConfiguration());
        requireTemplate();
        listener.phase("finding the model");
        Path model = ModelSource.fromEnvironment().resolve(options.model(), listener.pull());
        listener.phase("reading the input");
        Input input = Input.open(spark, options);
        PromptSource source = PromptSource.choose(input.schema(), options);
        boolean chat = options.chat() || options.system().isPresent();
        if (chat && source instanceof PromptSource.TokenIds(String column, int _)) {
            throw new JobException("column " + column + " holds token ids, which cannot be wrapped in a chat; "
                    + "leave --chat and --system out, or name another column");
        }
        OutputRows columns = OutputRows.of(input.schema(), input.idColumn(), options);
        int params = Columns.optional(input.schema(), options.paramsColumn(), "--params-column")
                .orElse(-1);
        try {
            JavaRDD<Row> rows = input.rows().javaRDD();
            RowPlaces places = RowPlaces.count(rows, input.files().root());
            long limit = options.limit().orElse(Long.MAX_VALUE);
            long total = Math.min(places.total(), limit);
            if (total == 0) {
                throw new JobException("input " + options.input() + " has no rows");
            }
            listener.phase("loading the model");
            String fingerprint = check(model);
            Tally tally = new Tally(spark.sparkContext());
            GenerateTask task = new GenerateTask(
                    modelForTasks(model),
                    options.engine(),
                    source,
                    chat,
                    options.system().orElse(null),
                    options.sampling(),
                    params,
                    places,
                    limit,
                    columns,
                    tally);
            return answer(output, rows.mapPartitions(task), columns, tally, total, fingerprint);
        } catch (Exception e) {
            throw Failures.forPeople("the job failed", e);
        }
    }

    private void requireTemplate() {
        try {
            options.promptTemplate().ifPresent(PromptTemplate::parse);
        } catch (TemplateException e) {
            throw new OptionException("prompt-template: " + e.getMessage(), e);
        }
    }

    /** Tasks on other machines find the model as it was named here; a relative path would mean something else there. */
    private String modelForTasks(Path model) {
        return spark.sparkContext().isLocal() || java.nio.file.Files.exists(Path.of(options.model()))
                ? model.toAbsolutePath().toString()
                : options.model();
    }

    /** Opens the model: in local mode to keep, elsewhere to see that it can be used. Returns its fingerprint. */
    private String check(Path model) {
        if (spark.sparkContext().isLocal()) {
            Engine engine = Engines.get(model.toAbsolutePath().toString(), options.engine())
                    .engine();
            listener.engine(engine.description());
            return engine.fingerprint();
        }
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            ModelConfig.of(checkpoint);
            Tokenizer.open(checkpoint).ifPresent(Tokenizer::close);
            return Engine.fingerprint(checkpoint, options.kvType());
        }
    }

    private Summary answer(
            Output output, JavaRDD<Row> answered, OutputRows columns, Tally tally, long total, String fingerprint) {
        RunningTasks running = new RunningTasks();
        spark.sparkContext().addSparkListener(running);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("sirocco-progress").factory());
        long begin = System.nanoTime();
        boolean finished = false;
        ScheduledFuture<?> ticking = clock.scheduleAtFixedRate(
                () -> listener.progress(progress(tally.counts(running.sums()), total, begin)), 1, 1, TimeUnit.SECONDS);
        try {
            output.write(spark.createDataFrame(answered, columns.schema()), options.outputFormat());
            Tally.Counts counts = tally.counts(Map.of());
            Summary summary = new Summary(
                    counts.rows(),
                    counts.errors(),
                    counts.promptTokens(),
                    counts.answerTokens(),
                    (System.nanoTime() - begin) / 1e9,
                    options.output());
            output.record(record(summary, counts.work(), fingerprint));
            listener.progress(progress(counts, total, begin));
            finished = true;
            return summary;
        } finally {
            ticking.cancel(false);
            clock.shutdownNow();
            spark.sparkContext().removeSparkListener(running);
            if (!finished) {
                if (!spark.sparkContext().isStopped()) {
                    spark.sparkContext().cancelAllJobs();
                }
                output.discard();
            }
        }
    }

    private static Progress progress(Tally.Counts counts, long total, long begin) {
        return new Progress(
                Math.min(counts.rows(), total),
                total,
                counts.errors(),
                counts.work().get(EngineWork.PREFILL_TOKENS),
                counts.work().get(EngineWork.CACHED_TOKENS),
                counts.work().get(EngineWork.DECODE_TOKENS),
                Duration.ofNanos(System.nanoTime() - begin));
    }

    private ObjectNode record(Summary summary, Map<EngineWork, Long> work, String fingerprint) {
        ObjectNode run = new JsonMapper().createObjectNode();
        run.put("job", "generate");
        run.set("options", new OptionTable().json(options));
        run.put("fingerprint", fingerprint);
        run.put("rows", summary.rows());
        ObjectNode errors = run.putObject("errors");
        summary.errors().forEach(errors::put);
        run.put("prompt_tokens", summary.promptTokens());
        run.put("answer_tokens", summary.answerTokens());
        run.put("seconds", summary.seconds());
        ObjectNode engine = run.putObject("engine");
        work.forEach((kind, amount) -> engine.put(kind.key(), amount));
        return run;
    }
}
