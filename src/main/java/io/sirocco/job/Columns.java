package io.sirocco.job;

import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Columns by name; case counts only where two differ in nothing else. */
final class Columns {

    private Columns() {}

    static Optional<Integer> find(StructType schema, String name) {
        String[] names = schema.fieldNames();
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return Optional.of(i);
            }
        }
        for (int i = 0; i < names.length; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** @throws JobException if the input has no such column, saying which option named it and what there is */
    static int require(StructType schema, ColumnName column, String option) {
        return find(schema, column.name())
                .orElseThrow(() -> new JobException("the input has no column " + column.name() + " (" + option
                        + "); it has " + String.join(", ", schema.fieldNames())));
    }

    /** The column if there is one; a column that was asked for by name must be there. */
    static Optional<Integer> optional(StructType schema, ColumnName column, String option) {
        return column.named() ? Optional.of(require(schema, column, option)) : find(schema, column.name());
    }

    /** A column by its exact name, whatever characters that has. */
    static Column of(Dataset<Row> rows, String name) {
        return rows.col("`" + name.replace("`", "``") + "`");
    }
}
