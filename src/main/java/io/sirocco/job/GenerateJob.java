package io.sirocco.job;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** One run of generate: checks everything that can be checked, then has the rows answered. */
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
        JobModel model = JobModel.find(spark.sparkContext(), options, listener);
        listener.phase("reading the input");
        Input input = Input.open(spark, options);
        RowRequests requests = RowRequests.of(input.schema(), options);
        OutputRows rowsOut = OutputRows.of(input.schema(), input.idColumn(), options);
        try {
            IdentifiedRows rows = IdentifiedRows.asked(spark, input, requests, options);
            JobModel.Loaded loaded = model.load();
            Tally tally = new Tally(spark.sparkContext());
            GenerateTask task = new GenerateTask(model.nameForTasks(), options.engine(), requests, rowsOut, tally);
            return new ResumableJob(spark, options, output, rowsOut.columns(), listener, tally)
                    .run(
                            JobGuard.of(
                                    loaded.identity(), input, requests.source().description(), options),
                            rows,
                            model.chunkSize(loaded),
                            task,
                            options,
                            () -> model.record(loaded),
                            _ -> Optional.empty());
        } catch (UnfinishedException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.forPeople("the job failed", e);
        }
    }
}
