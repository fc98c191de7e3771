package io.sirocco.job;

import static io.sirocco.job.OutputColumns.column;
import static io.sirocco.job.OutputColumns.list;
import static io.sirocco.job.OutputColumns.struct;

import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Scores;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The output's rows of label.
 *
 * @param columns the output's columns
 * @param prefix of the names of those that are not the input's
 * @param value whether there is a column for the expected number
 */
record LabelRows(OutputColumns columns, String prefix, boolean value) implements Serializable {

    private static final DataType SCORES = list(struct(
            column("label", DataTypes.StringType, false),
            column("logprob", DataTypes.DoubleType, false),
            column("probability", DataTypes.DoubleType, false)));

    /**
     * @param idColumn index of the input's id column
     * @throws JobException if the input has a column that is called as one of ours
     */
    static LabelRows of(StructType input, Optional<Integer> idColumn, LabelOptions options) {
        List<StructField> ours = new ArrayList<>();
        ours.add(column("label", DataTypes.StringType, true));
        ours.add(column("label_scores", SCORES, false));
        boolean value = options.labelling() == Labelling.SCALE;
        if (value) {
            ours.add(column("label_value", DataTypes.DoubleType, true));
        }
        ours.add(column("prompt_tokens", DataTypes.IntegerType, false));
        ours.add(column("cached_tokens", DataTypes.IntegerType, false));
        ours.add(column("error", OutputColumns.ERROR, true));
        ours.add(column("prefill_ms", DataTypes.DoubleType, false));
        ours.add(column("fingerprint", DataTypes.StringType, false));
        return new LabelRows(
                OutputColumns.of(input, idColumn, options.outputPrefix(), ours), options.outputPrefix(), value);
    }

    /** What one of our columns is called in the output. */
    String name(String column) {
        return prefix + column;
    }

    /**
     * The output's row for an input's row, whose own columns come first.
     *
     * @param ranking the labels, or null if there is an error
     * @param scores of all that was asked, which was computed side by side
     */
    Row row(Row input, String id, Ranking ranking, List<Scores> scores, RowError error, String fingerprint) {
        List<Object> values = columns.begin(input, id);
        values.add(ranking == null ? null : ranking.label());
        values.add(
                ranking == null
                        ? new Object[0]
                        : ranking.labels().stream()
                                .map(label -> RowFactory.create(label.name(), label.logprob(), label.probability()))
                                .toArray());
        if (value) {
            values.add(ranking == null ? null : ranking.value());
        }
        values.add(scores.stream().mapToInt(Scores::contextTokens).sum());
        values.add(scores.stream().mapToInt(Scores::cachedTokens).sum());
        values.add(error == null ? null : RowFactory.create(error.code().key(), error.message()));
        values.add(scores.stream().mapToDouble(Scores::millis).max().orElse(0));
        values.add(fingerprint);
        return RowFactory.create(values.toArray());
    }
}
