package io.sirocco.job;

import static io.sirocco.job.OutputColumns.column;
import static io.sirocco.job.OutputColumns.list;
import static io.sirocco.job.OutputColumns.struct;

import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Scores;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The output's rows of label.
 *
 * @param columns the output's columns
 * @param labelColumn name of the column with the label
 */
record LabelRows(OutputColumns columns, String labelColumn) implements Serializable {

    private static final DataType SCORES = list(struct(
            column("label", DataTypes.StringType, false),
            column("logprob", DataTypes.DoubleType, false),
            column("probability", DataTypes.DoubleType, false)));

    /**
     * @param idColumn index of the input's id column
     * @throws JobException if the input has a column that is called as one of ours
     */
    static LabelRows of(StructType input, Optional<Integer> idColumn, LabelOptions options) {
        String prefix = options.outputPrefix();
        return new LabelRows(
                OutputColumns.of(
                        input,
                        idColumn,
                        prefix,
                        List.of(
                                column("label", DataTypes.StringType, true),
                                column("label_scores", SCORES, false),
                                column("prompt_tokens", DataTypes.IntegerType, false),
                                column("cached_tokens", DataTypes.IntegerType, false),
                                column("error", OutputColumns.ERROR, true),
                                column("prefill_ms", DataTypes.DoubleType, false),
                                column("fingerprint", DataTypes.StringType, false))),
                prefix + "label");
    }

    /**
     * The output's row for an input's row, whose own columns come first.
     *
     * @param ranking the labels, or null if there is an error
     */
    Row row(Row input, String id, Ranking ranking, Scores scores, RowError error, String fingerprint) {
        List<Object> values = columns.begin(input, id);
        values.add(ranking == null ? null : ranking.best());
        values.add(
                ranking == null
                        ? new Object[0]
                        : ranking.labels().stream()
                                .map(label -> RowFactory.create(label.name(), label.logprob(), label.probability()))
                                .toArray());
        values.add(scores.contextTokens());
        values.add(scores.cachedTokens());
        values.add(error == null ? null : RowFactory.create(error.code().key(), error.message()));
        values.add(scores.millis());
        values.add(fingerprint);
        return RowFactory.create(values.toArray());
    }
}
