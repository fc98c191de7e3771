package io.sirocco.job;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** A Spark session for jobs. In local mode the engines live and end with it. */
public final class JobSession implements AutoCloseable {

    /** A question of a job's input and its answer; {@code answer} is null for an error row, {@code error} for others. */
    public record Answered(String id, String prompt, String answer, String error) {}

    private static final String PLUGINS = "spark.plugins";

    private final SparkSession spark;
    private final boolean own;

    private JobSession(SparkSession spark, boolean own) {
        this.spark = spark;
        this.own = own;
    }

    /**
     * Opens a session for jobs of any model, or uses the JVM's if there is one.
     *
     * @param master as for Spark; spark-submit's own setting wins over the default
     */
    public static JobSession open(String master) {
        return open(master, _ -> {});
    }

    /** Opens a session whose executors load this job's model before their first task, or uses the JVM's if there is one. */
    public static JobSession open(JobOptions options) {
        return open(options.master(), WarmEngine.of(options)::putIfMissing);
    }

    private static JobSession open(String master, Consumer<SparkConf> more) {
        try {
            Optional<SparkSession> running =
                    Optional.ofNullable(SparkSession.getDefaultSession().getOrElse(() -> null));
            if (running.isPresent() && !running.get().sparkContext().isStopped()) {
                return new JobSession(running.get(), false);
            }
            SparkConf conf = conf(master);
            more.accept(conf);
            return new JobSession(SparkSession.builder().config(conf).getOrCreate(), true);
        } catch (Exception e) {
            throw Failures.forPeople("Spark cannot be started on master " + master, e);
        }
    }

    private static SparkConf conf(String master) throws IOException {
        SparkConf conf = new SparkConf();
        if (!master.equals(defaultMaster()) || !conf.contains("spark.master")) {
            conf.setMaster(master);
        }
        if (conf.get("spark.master").startsWith("local")) {
            // Nothing listens beyond this machine.
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            conf.setIfMissing("spark.ui.enabled", "false");
        }
        String plugins = conf.get(PLUGINS, "");
        if (!plugins.contains(SiroccoPlugin.class.getName())) {
            conf.set(
                    PLUGINS,
                    plugins.isEmpty() ? SiroccoPlugin.class.getName() : plugins + "," + SiroccoPlugin.class.getName());
        }
        if (!conf.contains("spark.metrics.conf")) {
            metrics().forEach((key, value) -> conf.setIfMissing("spark.metrics.conf." + key, value.toString()));
        }
        return conf.setIfMissing("spark.app.name", "sirocco")
                // Progress comes with the executors' heartbeats.
                .setIfMissing("spark.executor.heartbeatInterval", "1s")
                // Dates and times go through as they are.
                .setIfMissing("spark.sql.datetime.java8API.enabled", "true")
                // The output holds data files, not a hidden checksum beside each.
                .setIfMissing("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")
                // Spark would make a folder for tables, which there are none of, in the current one.
                .setIfMissing("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/sirocco-warehouse");
    }

    /** {@code conf/metrics.properties}, key by key: executors on other hosts have no such file. */
    private static Properties metrics() throws IOException {
        Properties metrics = new Properties();
        try (InputStream in = JobSession.class.getResourceAsStream("/io/sirocco/conf/metrics.properties")) {
            metrics.load(in);
        }
        return metrics;
    }

    private static String defaultMaster() {
        return OptionTable.generate().options().stream()
                .filter(option -> option.key().equals("master"))
                .findFirst()
                .orElseThrow()
                .defaultText();
    }

    /**
     * Runs a generate job.
     *
     * @throws RuntimeException with a message for people if it cannot be run or fails; what it has committed to the output stays, and the next run goes on with it
     */
    public Summary generate(GenerateOptions options, JobListener listener) {
        return onCluster(() -> new GenerateJob(spark, options, listener).run());
    }

    /** Runs a label job; errors are as of {@link #generate}. */
    public Labelled label(LabelOptions options, JobListener listener) {
        return onCluster(() -> new LabelJob(spark, options, listener).run());
    }

    /** Runs an evaluation; errors are as of {@link #generate}. */
    public Evaluated evaluate(EvaluateOptions options, JobListener listener) {
        return onCluster(() -> new EvaluateJob(spark, options, listener).run());
    }

    /** The prompt of a label job's first row, as the model gets it. */
    public String labelPrompt(LabelOptions options, JobListener listener) {
        return onCluster(() -> new LabelJob(spark, options, listener).firstPrompt());
    }

    private <T> T onCluster(Supplier<T> job) {
        try {
            return job.get();
        } catch (RuntimeException e) {
            // Whatever failed first then, it failed because there is no cluster any more.
            if (!spark.sparkContext().isLocal() && spark.sparkContext().isStopped()) {
                throw new JobException(
                        "Spark's master " + spark.sparkContext().master() + " cannot be reached, or ended the job", e);
            }
            throw e;
        }
    }

    /** Questions and answers of an output of {@link #generate}, in the order of the input. */
    public List<Answered> answers(GenerateOptions options) {
        String prefix = options.outputPrefix();
        List<Answered> answers = new ArrayList<>();
        for (Row row : inOrder(options)
                .select(
                        functions.col(prefix + "id"),
                        functions.col(options.promptColumn().name()),
                        functions
                                .get(functions.col(prefix + "outputs"), functions.lit(0))
                                .getField("text"),
                        functions.col(prefix + "error.message"))
                .collectAsList()) {
            answers.add(new Answered(row.getString(0), row.getString(1), row.getString(2), row.getString(3)));
        }
        return answers;
    }

    /** The rows of an output, which are in no order, in that of the input. */
    Dataset<Row> inOrder(GenerateOptions options) {
        Input input = Input.open(spark, options);
        Dataset<Row> order = IdentifiedRows.of(
                        spark,
                        input,
                        RowRequests.of(input.schema(), options),
                        options.limit().orElse(Long.MAX_VALUE))
                .rows()
                .select(IdentifiedRows.ID, IdentifiedRows.PLACE);
        OutputColumns columns =
                OutputRows.of(input.schema(), input.idColumn(), options).columns();
        Dataset<Row> output = new StoredRows(options, columns.schema()).read(spark, options.output());
        return StoredRows.own(
                output.join(order, Columns.of(output, columns.idColumn()).equalTo(functions.col(IdentifiedRows.ID)))
                        .sort(IdentifiedRows.PLACE)
                        .drop(IdentifiedRows.ID, IdentifiedRows.PLACE));
    }

    @Override
    public void close() {
        if (spark.sparkContext().isLocal()) {
            Engines.closeAll();
        }
        if (own) {
            spark.stop();
        }
    }
}
