package io.sirocco.job;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a job's output: all of the input's, the id, then those of the job. An id column that is called as ours would be becomes a
 * string where it stands.
 *
 * @param inputColumns number of the input's columns
 * @param idInPlace index of the input's id column that holds our id, or -1 if our id is a column of its own
 * @param errorColumn name of the column that is null in rows without an error
 * @param schema of the output
 */
record OutputColumns(int inputColumns, int idInPlace, String errorColumn, StructType schema) implements Serializable {

    /** Type of the column {@code error}. */
    static final DataType ERROR =
            struct(column("code", DataTypes.StringType, false), column("message", DataTypes.StringType, false));

    /**
     * @param idColumn index of the input's id column
     * @param prefix put before the names of all columns that are not the input's
     * @param ours the job's columns, {@code error} among them
     * @throws JobException if the input has a column that is called as one of ours
     */
    static OutputColumns of(StructType input, Optional<Integer> idColumn, String prefix, List<StructField> ours) {
        String idName = prefix + "id";
        int idInPlace = idColumn.filter(index -> input.fieldNames()[index].equalsIgnoreCase(idName))
                .orElse(-1);
        List<StructField> columns = new ArrayList<>(List.of(input.fields()));
        if (idInPlace >= 0) {
            columns.set(idInPlace, column(input.fieldNames()[idInPlace], DataTypes.StringType, false));
        } else {
            columns.add(column(idName, DataTypes.StringType, false));
        }
        ours.forEach(field -> columns.add(column(prefix + field.name(), field.dataType(), field.nullable())));
        StructType schema = new StructType(columns.toArray(StructField[]::new));
        for (StructField field : columns.subList(input.size(), columns.size())) {
            Columns.find(input, field.name()).ifPresent(index -> {
                throw new JobException("the input's column " + input.fieldNames()[index]
                        + " has the name of an output column; put something before the output's with --output-prefix");
            });
        }
        return new OutputColumns(input.size(), idInPlace, prefix + "error", schema);
    }

    /** The column that holds our id. */
    String idColumn() {
        return schema.fieldNames()[idInPlace >= 0 ? idInPlace : inputColumns];
    }

    /** The values with which an output's row begins: those of the input's row, and the id. */
    List<Object> begin(Row input, String id) {
        List<Object> values = new ArrayList<>(schema.size());
        for (int i = 0; i < inputColumns; i++) {
            values.add(i == idInPlace ? id : input.get(i));
        }
        if (idInPlace < 0) {
            values.add(id);
        }
        return values;
    }

    static StructField column(String name, DataType type, boolean nullable) {
        return DataTypes.createStructField(name, type, nullable);
    }

    static StructType struct(StructField... fields) {
        return DataTypes.createStructType(fields);
    }

    static ArrayType list(DataType element) {
        return DataTypes.createArrayType(element, false);
    }
}
