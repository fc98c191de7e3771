package io.sirocco.job;

import static io.sirocco.job.OutputColumns.column;
import static io.sirocco.job.OutputColumns.list;

import io.sirocco.engine.SamplingParams;
import io.sirocco.eval.Evaluation;
import io.sirocco.eval.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * An evaluation's requests on their way from the driver, which makes them, to the plan: rows, written to a folder some at a time, so that
 * the driver never holds all their tokens.
 */
final class EvaluationRequests {

    /** Columns of a request's row: what {@link EvaluateTask} reads, by place. */
    static final int CONTEXT = 0;

    static final int CONTINUATIONS = 1;
    static final int NAME = 2;
    static final int PARAMS = 3;
    static final int COLUMNS = 4;

    private static final StructType SCHEMA = OutputColumns.struct(
            column("context", list(DataTypes.IntegerType), false),
            column("continuations", list(list(DataTypes.IntegerType)), true), // null if text is asked for
            column("name", DataTypes.StringType, true),
            column("params", DataTypes.IntegerType, true), // which of the task's
            column(IdentifiedRows.ID, DataTypes.StringType, false),
            column(IdentifiedRows.COST, DataTypes.LongType, false));

    /** Rows are sent to be written when they have as many tokens: some MB. */
    private static final int BATCH_TOKENS = 1 << 20;

    private final SparkSession spark;
    private final Path folder;
    private final Map<SamplingParams, Integer> params = new LinkedHashMap<>();
    private final List<Row> batch = new ArrayList<>();
    private long batchTokens;
    private long total;
    private List<Integer> before = List.of();

    /** @param folder in which there is nothing yet */
    EvaluationRequests(SparkSession spark, Path folder) {
        this.spark = spark;
        this.folder = folder;
    }

    /** Makes and writes all of them. */
    IdentifiedRows write(Evaluation evaluation) {
        evaluation.ask(this::add);
        flush();
        if (total == 0) {
            throw new JobException("the tasks ask nothing");
        }
        return new IdentifiedRows(
                spark.read().schema(SCHEMA).parquet(folder.toString()),
                total,
                PlanOrder.byAlike(SCHEMA.fieldNames()[CONTEXT]));
    }

    /** The parameters that rows name by number, once they are written. */
    List<SamplingParams> params() {
        return List.copyOf(params.keySet());
    }

    private void add(Work work) {
        long tokens = work.context().size();
        long cost = 1 + tokens - shared(before, work.context());
        Object[] row = new Object[SCHEMA.size()];
        row[CONTEXT] = work.context().toArray();
        switch (work) {
            case Work.Score score -> {
                row[CONTINUATIONS] =
                        score.continuations().stream().map(List::toArray).toArray();
                for (List<Integer> continuation : score.continuations()) {
                    tokens += continuation.size();
                    cost += continuation.size();
                }
            }
            case Work.Generate generate -> {
                row[NAME] = generate.name();
                row[PARAMS] = params.computeIfAbsent(generate.params(), _ -> params.size());
                cost += (long) generate.params().n() * generate.params().maxTokens();
            }
        }
        row[COLUMNS] = work.id();
        row[COLUMNS + 1] = cost;
        batch.add(RowFactory.create(row));
        before = work.context();
        total++;
        batchTokens += tokens;
        if (batchTokens >= BATCH_TOKENS) {
            flush();
        }
    }

    /** Tokens with which both begin: those the prefix cache will have. */
    private static int shared(List<Integer> a, List<Integer> b) {
        int least = Math.min(a.size(), b.size());
        int i = 0;
        while (i < least && a.get(i).equals(b.get(i))) {
            i++;
        }
        return i;
    }

    private void flush() {
        if (!batch.isEmpty()) {
            spark.createDataFrame(batch, SCHEMA)
                    .coalesce(1)
                    .write()
                    .mode(SaveMode.Append)
                    .parquet(folder.toString());
            batch.clear();
            batchTokens = 0;
        }
    }
}
