package io.sirocco.job;

import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The order of a plan's rows, in which they are cut into chunks.
 *
 * @param alike column by whose values they are sorted, so that rows that begin alike are neighbours and share the prefix cache; empty for
 *     the longest rows first, spread evenly
 */
record PlanOrder(Optional<String> alike) {

    static final PlanOrder LONGEST_FIRST = new PlanOrder(Optional.empty());

    static PlanOrder byAlike(String column) {
        return new PlanOrder(Optional.of(column));
    }

    /** The rows in some parts, each of which can be sorted by itself. */
    Dataset<Row> parted(Dataset<Row> rows, int parts) {
        return alike.map(column -> rows.repartitionByRange(parts, functions.col(column)))
                .orElseGet(() -> rows.repartition(parts, functions.col(IdentifiedRows.ID)));
    }

    /** What they are sorted by, before their ids. */
    Column column() {
        return alike.map(functions::col)
                .orElseGet(() -> functions.col(IdentifiedRows.COST).desc());
    }
}
