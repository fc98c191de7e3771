package io.sirocco.job;

import io.sirocco.engine.Prompt;
import io.sirocco.report.LabelMetrics;
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
            IdentifiedRows rows = IdentifiedRows.asked(spark, input, requests, options);
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
                            () -> model.record(loaded),
                            answered -> metrics = gold.map(column -> metrics(answered, column, labelRows)));
            return new Labelled(summary, metrics);
        } catch (UnfinishedException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.forPeople("the job failed", e);
        }
    }

    private LabelMetrics metrics(Dataset<Row> answered, String column, LabelRows labelRows) {
        GoldLabels labels = new GoldLabels(answered, column, labelRows);
        return switch (options.labelling()) {
            case ONE -> labels.one();
            case EACH -> labels.each();
            case SCALE -> labels.scale();
        };
    }

    /** The first row's prompt, as the model gets it; the first of several. */
    String firstPrompt() {
        Input input = Input.open(spark, options);
        LabelRequests requests = LabelRequests.of(input.schema(), options);
        List<Row> first = input.rows().takeAsList(1);
        if (first.isEmpty()) {
            throw new JobException("input " + options.input() + " has no rows");
        }
        try {
            return switch (requests.reader()
                    .read(first.getFirst())
                    .questions()
                    .getFirst()
                    .prompt()) {
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
