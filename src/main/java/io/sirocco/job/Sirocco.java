package io.sirocco.job;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Inference as a step of one's own Spark program, from Java, Scala or Python: rows in, the same rows with answers out, computed when
 * and where Spark needs them. Nothing is written, so there is nothing to resume; each action on the result computes it anew unless it
 * is cached. See {@code docs/library.md}.
 */
public final class Sirocco {

    private Sirocco() {}

    /**
     * The rows with their answers: all columns of the input, then {@code id}, {@code outputs} and what else a job writes. A row's
     * id, on which its random draws depend, is that of the id column; without one it is a hash of the row, so equal rows have equal
     * answers.
     *
     * @param options of which those of input, output and the session ({@code master}, {@code limit}, …) mean nothing here
     * @throws JobException if the rows have not what the options name; what goes wrong with the model is said when rows are computed
     */
    public static Dataset<Row> generate(Dataset<Row> rows, GenerateOptions options) {
        StructType schema = rows.schema();
        RowRequests requests = RowRequests.of(schema, options);
        Optional<Integer> id = Columns.optional(schema, options.idColumn(), "--id-column");
        OutputRows output = OutputRows.of(schema, id, options);
        WarmEngine engine = WarmEngine.of(options);
        GenerateTask task = new GenerateTask(engine.model(), engine.options(), requests, output, tally(rows));
        return planned(rows, id)
                .mapPartitions(task::call, Encoders.row(output.columns().schema()));
    }

    /**
     * As {@link #generate(Dataset, GenerateOptions)}, for languages without records.
     *
     * @param options as {@link GenerateOptions#of} takes them
     */
    public static Dataset<Row> generate(Dataset<Row> rows, Map<String, ?> options) {
        return generate(rows, GenerateOptions.of(options));
    }

    /**
     * The rows with their labels: all columns of the input, then {@code id}, {@code label}, {@code label_scores} and what else a job
     * writes. Ids and errors are as of {@link #generate(Dataset, GenerateOptions)}.
     *
     * @param options of which those of input, output, the session and {@code goldColumn}, with which a job compares, mean nothing here
     * @throws JobException if the rows have not what the options name
     */
    public static Dataset<Row> label(Dataset<Row> rows, LabelOptions options) {
        StructType schema = rows.schema();
        LabelRequests requests = LabelRequests.of(schema, options);
        Optional<Integer> id = Columns.optional(schema, options.idColumn(), "--id-column");
        LabelRows output = LabelRows.of(schema, id, options);
        WarmEngine engine = WarmEngine.of(options);
        LabelTask task = new LabelTask(
                engine.model(), engine.options(), requests, options.score(), options.calibrate(), output, tally(rows));
        return planned(rows, id)
                .mapPartitions(task::call, Encoders.row(output.columns().schema()));
    }

    /**
     * As {@link #label(Dataset, LabelOptions)}, for languages without records.
     *
     * @param options as {@link LabelOptions#of} takes them
     */
    public static Dataset<Row> label(Dataset<Row> rows, Map<String, ?> options) {
        return label(rows, LabelOptions.of(options));
    }

    private static Tally tally(Dataset<Row> rows) {
        return new Tally(rows.sparkSession().sparkContext());
    }

    /** The rows as tasks take them: the input's own columns, then id and cost, which only a plan needs. */
    private static Dataset<Row> planned(Dataset<Row> rows, Optional<Integer> id) {
        Column[] own = Arrays.stream(rows.schema().fieldNames())
                .map(name -> rows.col("`" + name.replace("`", "``") + "`"))
                .toArray(Column[]::new);
        Column hash = functions.md5(functions.to_json(functions.struct(own)));
        Column identity = id.map(index -> functions.coalesce(own[index].cast("string"), hash))
                .orElse(hash);
        return rows.select(Stream.concat(
                        Arrays.stream(own),
                        Stream.of(
                                identity.as(IdentifiedRows.ID),
                                functions.lit(0L).as(IdentifiedRows.COST)))
                .toArray(Column[]::new));
    }
}
