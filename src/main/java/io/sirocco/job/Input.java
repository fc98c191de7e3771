package io.sirocco.job;

import io.sirocco.job.arrow.ArrowFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows to answer.
 *
 * @param schema the input's own columns
 * @param rows the input's own columns, then {@link #ADDED} of ours: the id column as a string (null if there is none), and the file and
 *     the offset in it of the split that the row is read from
 * @param files where they are read from
 * @param idColumn index of the id column
 */
record Input(StructType schema, Dataset<Row> rows, InputFiles files, Optional<Integer> idColumn) {

    /** Columns that stand after the input's own. */
    static final int ADDED = 3;

    private static final String CORRUPT = "_corrupt_record";

    /** What a line of an OpenAI batch's input file has; the body stays JSON text. */
    private static final StructType BATCH = new StructType()
            .add("custom_id", DataTypes.StringType)
            .add("method", DataTypes.StringType)
            .add("url", DataTypes.StringType)
            .add("body", DataTypes.StringType);

    /** @throws JobException if the input is missing, cannot be read, or lacks a column that was named */
    static Input open(SparkSession spark, RowOptions options) {
        InputFiles files = InputFiles.find(
                options.input(), options.inputFormat(), spark.sparkContext().hadoopConfiguration());
        try {
            Dataset<Row> own = read(spark, files.format(), options);
            StructType schema = own.schema();
            if (schema.isEmpty()) {
                throw new JobException("input " + options.input() + " has no rows");
            }
            Optional<Integer> id = Columns.optional(schema, idColumn(files.format(), options), "--id-column");
            Column metadata = own.metadataColumn("_metadata");
            List<Column> columns = new ArrayList<>();
            for (StructField field : schema.fields()) {
                columns.add(Columns.of(own, field.name()));
            }
            columns.add(id.map(columns::get)
                    .orElse(functions.lit(null))
                    .cast("string")
                    .as("__sirocco_id"));
            columns.add(metadata.getField("file_path").as("__sirocco_file"));
            columns.add(metadata.getField("file_block_start").as("__sirocco_start"));
            return new Input(schema, own.select(columns.toArray(Column[]::new)), files, id);
        } catch (JobException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.forPeople("input " + options.input() + " cannot be read", e);
        }
    }

    private static ColumnName idColumn(InputFormat format, RowOptions options) {
        return format == InputFormat.OPENAI_BATCH && !options.idColumn().named()
                ? new ColumnName(BATCH.fieldNames()[0], false)
                : options.idColumn();
    }

    private static Dataset<Row> read(SparkSession spark, InputFormat format, RowOptions options) {
        DataFrameReader reader = spark.read();
        String path = options.input();
        return switch (format) {
            case PARQUET -> reader.parquet(path);
            case ORC -> reader.orc(path);
            case ARROW -> reader.format(ArrowFormat.class.getName()).load(path);
            case JSON -> json(spark, reader, path);
            case OPENAI_BATCH -> json(spark, reader.schema(BATCH), path);
            case CSV -> csv(reader, path);
            case TEXT -> reader.text(path).toDF(options.promptColumn().name());
        };
    }

    /**
     * Quotes as in RFC 4180: doubled inside, and a quoted prompt may go over lines. No type is guessed: 007 stays 007. A row of more
     * or fewer cells than the header is kept whole, in a column of its own, where there is any such row.
     */
    private static Dataset<Row> csv(DataFrameReader reader, String path) {
        DataFrameReader csv =
                reader.option("header", true).option("multiLine", true).option("escape", "\"");
        StructType header = csv.csv(path).schema();
        // A row's cells are counted only if all of them are read.
        Dataset<Row> rows = csv.option("mode", "PERMISSIVE")
                .option("columnPruning", false)
                .option("columnNameOfCorruptRecord", CORRUPT)
                .schema(header.add(CORRUPT, "string"))
                .csv(path);
        boolean ragged =
                !rows.where(functions.col(CORRUPT).isNotNull()).takeAsList(1).isEmpty();
        return ragged ? rows : rows.drop(CORRUPT);
    }

    /** A line that is not JSON is kept, in a column of its own; its other columns are null, so it becomes an error row. */
    private static Dataset<Row> json(SparkSession spark, DataFrameReader reader, String path) {
        Dataset<Row> rows = reader.option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", CORRUPT)
                .json(path);
        if (Columns.find(rows.schema(), CORRUPT).isPresent()) {
            List<Row> lines = spark.read()
                    .text(path)
                    .where(functions
                            .length(functions.trim(functions.col("value")))
                            .gt(0))
                    .takeAsList(1);
            String first = lines.isEmpty() ? "" : lines.getFirst().getString(0).strip();
            if (rows.schema().size() == 1 || first.equals("[") || first.equals("{")) {
                throw new JobException("input " + path + " is not JSON lines: expected one JSON object a line"
                        + (first.startsWith("[") || first.startsWith("{")
                                ? "; rewrite an array or objects over many lines, for example with jq -c"
                                : ""));
            }
        }
        return rows;
    }
}
