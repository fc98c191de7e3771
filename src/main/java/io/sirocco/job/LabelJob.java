package io.sirocco.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.engine.Prompt;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.jinja.TemplateException;
import io.sirocco.weights.Checkpoint;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One run of label: checks everything that can be checked, then has the rows labelled. */
final class LabelJob {

    private static final int MOST_CELLS = 100_000;

    private final SparkSession spark;
    private final LabelOptions options;
    private final JobListener listener;
    private Optional<LabelMetrics> metrics = Optional.empty();

    LabelJob(SparkSession spark, LabelOptions options, JobListener listener) {
        this.spark = spark;
        this.options = options;
        this.listener = listener;
    }

    Labelled run() {
        Output output = Output.open(options, spark.sparkContext().hadoopConfiguration());
        JobModel model = JobModel.find(spark.sparkContext(), options, listener);
        listener.phase("reading the input");
        Input input = Input.open(spark, options);
        LabelRequests requests = LabelRequests.of(input.schema(), options);
        Optional<String> gold = options.goldColumn()
                .map(name -> input.schema()
                        .fieldNames()[Columns.require(input.schema(), new ColumnName(name, true), "--gold-column")]);
        LabelRows labelRows = LabelRows.of(input.schema(), input.idColumn(), options);
        try {
            IdentifiedRows rows =
                    IdentifiedRows.of(spark, input, requests, options.limit().orElse(Long.MAX_VALUE));
            if (rows.total() == 0) {
                throw new JobException("input " + options.input() + " has no rows");
            }
            JobModel.Loaded loaded = model.load();
            Tally tally = new Tally(spark.sparkContext());
            LabelTask task = new LabelTask(
                    model.nameForTasks(),
                    options.engine(),
                    requests,
                    options.score(),
                    options.calibrate(),
                    labelRows,
                    tally);
            Summary summary = new ResumableJob(spark, options, output, labelRows.columns(), listener, tally)
                    .run(
                            JobGuard.of(loaded.identity(), input, requests.description(), options),
                            rows,
                            model.chunkSize(loaded),
                            task,
                            options,
                            () -> {
                                ObjectNode run = model.record(loaded);
                                gold.ifPresent(column -> {
                                    metrics = Optional.of(metrics(output, labelRows, column));
                                    run.set("gold", metrics.get().json());
                                });
                                return run;
                            });
            return new Labelled(summary, metrics);
        } catch (UnfinishedException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.forPeople("the job failed", e);
        }
    }

    private LabelMetrics metrics(Output output, LabelRows labelRows, String gold) {
        Dataset<Row> all = output.rows(spark, labelRows.columns().schema());
        List<LabelMetrics.Cell> cells = all
                .where(Columns.of(all, gold).isNotNull())
                .groupBy(Columns.of(all, gold).cast("string"), Columns.of(all, labelRows.labelColumn()))
                .count()
                .limit(MOST_CELLS + 1)
                .collectAsList()
                .stream()
                .map(row -> new LabelMetrics.Cell(row.getString(0), row.getString(1), row.getLong(2)))
                .toList();
        if (cells.size() > MOST_CELLS) {
            throw new JobException("gold-column " + gold + " has too many different values to be labels");
        }
        return LabelMetrics.of(cells);
    }

    /** The first row's prompt, as the model gets it. */
    String firstPrompt() {
        Input input = Input.open(spark, options);
        LabelRequests requests = LabelRequests.of(input.schema(), options);
        List<Row> first = input.rows().takeAsList(1);
        if (first.isEmpty()) {
            throw new JobException("input " + options.input() + " has no rows");
        }
        try {
            return switch (requests.reader().read(first.getFirst()).prompt()) {
                case Prompt.Text(String text) -> text;
                case Prompt.Chat chat -> rendered(chat);
                case Prompt.Ids _ -> throw new IllegalStateException("labels are asked for in text");
            };
        } catch (BadRow | TemplateException e) {
            throw new JobException("the first row has no prompt: " + e.getMessage(), e);
        }
    }

    private String rendered(Prompt.Chat chat) {
        try (Checkpoint checkpoint = Checkpoint.open(
                JobModel.find(spark.sparkContext(), options, listener).path())) {
            return ChatTemplate.open(checkpoint)
                    .orElseThrow(() ->
                            new JobException(options.model() + " has no chat template; leave --chat and --system out"))
                    .render(chat.messages(), true);
        }
    }
}
