package io.sirocco.job;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The rows that earlier runs have left in an output.
 *
 * <p>Error rows share files with answered ones. To retry them, the files that have any are moved out of the output, the answered rows of
 * those are written back, and then the files that were moved are deleted. Whenever that is cut short, no id is in the output twice, and the
 * next run finishes it: of the rows that were moved out, it writes back those that are not in the output.
 */
final class EarlierRows {

    /** The number of the wave that writes answered rows back; others count from 1. */
    private static final int RESTORING = 0;

    private static final String ANSWERED = "__sirocco_answered";

    private final SparkSession spark;
    private final Output output;
    private final OutputColumns columns;
    private final boolean retryErrors;

    EarlierRows(SparkSession spark, Output output, OutputColumns columns, boolean retryErrors) {
        this.spark = spark;
        this.output = output;
        this.columns = columns;
        this.retryErrors = retryErrors;
    }

    private Dataset<Row> rows() {
        return output.rows(spark, columns.schema());
    }

    private static Column error(Dataset<Row> rows, OutputColumns columns) {
        return Columns.of(rows, columns.errorColumn());
    }

    /** Takes the error rows out of the output, if they are to be retried, and finishes what an earlier run began of that. */
    void retryErrors() throws IOException {
        if (retryErrors) {
            Dataset<Row> rows = rows();
            List<String> names = rows.isEmpty()
                    ? List.of()
                    : rows
                            .where(error(rows, columns).isNotNull())
                            .select(StoredRows.FILE)
                            .distinct()
                            .collectAsList()
                            .stream()
                            .map(row -> new Path(row.getString(0)).getName())
                            .toList();
            if (!names.isEmpty()) {
                output.takeOut(names);
            }
        }
        Dataset<Row> out = output.takenOut(spark, columns.schema());
        Dataset<Row> kept = retryErrors ? out.where(error(out, columns).isNull()) : out;
        Dataset<Row> missing = without(kept, Columns.of(kept, columns.idColumn()));
        if (!missing.isEmpty()) {
            output.append(missing, columns.schema(), RESTORING);
        }
        output.dropTakenOut();
    }

    /** Rows whose id is not in the output. */
    Dataset<Row> without(Dataset<Row> rows, Column id) {
        Dataset<Row> all = rows();
        if (all.isEmpty()) {
            return rows;
        }
        Dataset<Row> answered = all.select(Columns.of(all, columns.idColumn()).as(ANSWERED));
        // Merged, so that no ids are gathered in one place, neither the driver nor a hash table.
        return rows.join(answered.hint("merge"), id.equalTo(functions.col(ANSWERED)), "left_anti");
    }

    /** Rows by the code of their error; answered rows under the empty text. */
    Map<String, Long> countByError() {
        Map<String, Long> counts = new TreeMap<>();
        Dataset<Row> rows = rows();
        if (!rows.isEmpty()) {
            rows.groupBy(functions.coalesce(error(rows, columns).getField("code"), functions.lit("")))
                    .count()
                    .collectAsList()
                    .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
        }
        return counts;
    }
}
