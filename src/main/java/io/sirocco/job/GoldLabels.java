package io.sirocco.job;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.array_union;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.trim;

import io.sirocco.report.LabelMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Compares the labels of an output with the column that says which are right. Rows where it is null are left out. */
final class GoldLabels {

    private static final int MOST_CELLS = 100_000;
    private static final DataType TEXTS = DataTypes.createArrayType(DataTypes.StringType);

    private final String name;
    private final DataType type;
    private final Column gold;
    private final Column label;
    private final Column scores;
    private final Column value;
    private final Dataset<Row> rows;

    /**
     * @param rows of the output
     * @param name of the column with the right labels
     */
    GoldLabels(Dataset<Row> rows, String name, LabelRows columns) {
        this.name = name;
        gold = Columns.of(rows, name);
        type = rows.schema().apply(name).dataType();
        label = Columns.of(rows, columns.name("label"));
        scores = Columns.of(rows, columns.name("label_scores"));
        value = columns.value() ? Columns.of(rows, columns.name("label_value")) : null;
        this.rows = rows.where(gold.isNotNull());
    }

    /** Of rows with one label each. */
    LabelMetrics one() {
        return LabelMetrics.of(cells(gold.cast("string")));
    }

    /**
     * Of rows with a number each. A gold label that is no number is wrong in the confusion matrix, and no part of the distances. Those are of
     * rows without an error: the mean distance of the number and of the expected value from the gold number, and how the value correlates
     * with it.
     */
    LabelMetrics scale() {
        Column number = gold.cast("string").try_cast("double");
        Column whole = number.try_cast("bigint");
        LabelMetrics metrics = LabelMetrics.of(cells(coalesce(
                functions.when(whole.cast("double").equalTo(number), whole.cast("string")), gold.cast("string"))));
        Row distances = rows.where(label.isNotNull().and(number.isNotNull()))
                .agg(
                        functions.avg(functions.abs(number.minus(label.cast("double")))),
                        functions.avg(functions.abs(number.minus(value))),
                        // Not corr, which fails where all numbers are the same.
                        functions.try_divide(
                                functions.covar_pop(number, value),
                                functions.stddev_pop(number).multiply(functions.stddev_pop(value))))
                .first();
        Map<String, Double> more = new LinkedHashMap<>();
        List<String> names = List.of("mae", "value_mae", "value_correlation");
        for (int i = 0; i < names.size(); i++) {
            if (!distances.isNullAt(i)) {
                more.put(names.get(i), distances.getDouble(i));
            }
        }
        return metrics.with(more);
    }

    private List<LabelMetrics.Cell> cells(Column right) {
        List<Row> cells =
                rows.groupBy(right, label).count().limit(MOST_CELLS + 1).collectAsList();
        require(cells.size());
        return cells.stream()
                .map(row -> new LabelMetrics.Cell(row.getString(0), row.getString(1), row.getLong(2)))
                .toList();
    }

    /** Of rows with any number of labels each; one that ended in an error has none. */
    LabelMetrics each() {
        Column given = transform(
                filter(scores, score -> score.getField("probability").gt(0.5)), score -> score.getField("label"));
        Dataset<Row> pairs =
                rows.select(sorted(texts()).as("gold"), sorted(given).as("given"));
        Column in = pairs.col("gold");
        Column out = pairs.col("given");
        Row whole = pairs.agg(functions.count("*"), count_if(in.equalTo(out))).first();
        List<Row> counts = pairs.select(explode(array_union(in, out)).as("label"), in, out)
                .groupBy("label")
                .agg(
                        count_if(array_contains(in, functions.col("label"))),
                        count_if(array_contains(out, functions.col("label"))),
                        count_if(array_contains(in, functions.col("label"))
                                .and(array_contains(out, functions.col("label")))))
                .orderBy("label")
                .limit(MOST_CELLS + 1)
                .collectAsList();
        require(counts.size());
        return LabelMetrics.ofMany(
                whole.getLong(0),
                whole.getLong(1),
                counts.stream()
                        .map(row -> new LabelMetrics.Counts(
                                row.getString(0), row.getLong(1), row.getLong(2), row.getLong(3)))
                        .toList());
    }

    /** The right labels: a list, JSON text of one, or texts with commas between; an empty one says that none is right. */
    private Column texts() {
        if (type instanceof ArrayType) {
            return gold.cast(TEXTS);
        }
        Column given = gold.cast("string");
        return coalesce(
                functions.when(trim(given).startsWith("["), functions.from_json(given, TEXTS)),
                transform(functions.split(given, functions.lit(",")), text -> trim(text)));
    }

    private static Column sorted(Column texts) {
        return sort_array(array_distinct(filter(texts, text -> text.isNotNull().and(text.notEqual("")))));
    }

    private void require(int different) {
        if (different > MOST_CELLS) {
            throw new JobException("gold-column " + name + " has too many different values to be labels");
        }
    }
}
