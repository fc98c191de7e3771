package io.sirocco.job;

import io.sirocco.job.arrow.ArrowFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How the rows of an output lie in its files: what Spark writes for them, and how what it reads becomes them again. In CSV a column that is
 * a struct, a list or a map is JSON text, and bytes are base64.
 *
 * @param schema of the rows
 */
record StoredRows(JobOptions options, StructType schema) {

    /** A column that rows have once they are read: the path of their file. */
    static final String FILE = "__sirocco_file";

    private static final String TIMESTAMP = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";

    /** Nothing is left out or rounded, so that all comes back. */
    private static final Map<String, String> JSON =
            Map.of("ignoreNullFields", "false", "timestampFormat", TIMESTAMP + "XXX", "timestampNTZFormat", TIMESTAMP);

    /** As RFC 4180 has it. Null is nothing between two commas, empty text is two quotes. */
    private static final Map<String, String> CSV = Map.of(
            "header", "true",
            "multiLine", "true",
            "escape", "\"",
            "lineSep", "\n",
            "ignoreLeadingWhiteSpace", "false",
            "ignoreTrailingWhiteSpace", "false",
            "timestampFormat", TIMESTAMP + "XXX",
            "timestampNTZFormat", TIMESTAMP);

    /** What Spark's CSV reader takes for null: it would not tell its own choice, the empty text, from two quotes. */
    private static final String NOTHING = "\0sirocco null";

    /**
     * Before any row is answered.
     *
     * @throws JobException if there is a column that could be written but not be read again
     */
    void check() {
        if (options.outputFormat() == OutputFormat.JSON || options.outputFormat() == OutputFormat.CSV) {
            requireTextKeys();
        }
    }

    /** Writes rows of the schema, or rows that have been read. */
    DataFrameWriter<?> writer(Dataset<Row> rows) {
        return switch (options.outputFormat()) {
            case PARQUET -> own(rows).write().format("parquet");
            case ORC -> own(rows).write().format("orc");
            case ARROW -> own(rows).write().format(ArrowFormat.class.getName());
            case JSON -> own(rows).write().format("json").options(JSON);
            case CSV -> flat(rows).write().format("csv").options(CSV);
            case OPENAI_BATCH ->
                BatchLines.of(options, schema).lines(rows).write().format("text");
        };
    }

    /** Rows that have been read, without what reading them added. */
    static Dataset<Row> own(Dataset<Row> rows) {
        return rows.drop(FILE, BatchLines.LINE);
    }

    private Dataset<Row> flat(Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>();
        for (StructField field : schema.fields()) {
            Column column = Columns.of(rows, field.name());
            columns.add(
                    isNested(field.dataType())
                            ? functions.to_json(column, JSON).as(field.name())
                            : field.dataType() instanceof BinaryType
                                    ? functions.base64(column).as(field.name())
                                    : column);
        }
        return rows.select(columns.toArray(Column[]::new));
    }

    /** JSON's keys are text, and Spark reads them as nothing else. */
    private void requireTextKeys() {
        for (StructField field : schema.fields()) {
            if (hasOtherKeys(field.dataType())) {
                throw new JobException(
                        "column " + field.name() + " is " + field.dataType().simpleString()
                                + ", whose keys JSON cannot hold; choose another output-format");
            }
        }
    }

    private static boolean hasOtherKeys(DataType type) {
        return switch (type) {
            case MapType map -> !(map.keyType() instanceof StringType) || hasOtherKeys(map.valueType());
            case ArrayType array -> hasOtherKeys(array.elementType());
            case StructType struct -> Arrays.stream(struct.fields()).anyMatch(field -> hasOtherKeys(field.dataType()));
            default -> false;
        };
    }

    private static boolean isNested(DataType type) {
        return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
    }

    /** Rows of the schema, with {@link #FILE} at the end and, in formats that keep less than them, what they were written as. */
    Dataset<Row> read(SparkSession spark, String path) {
        return switch (options.outputFormat()) {
            case PARQUET -> located(spark.read().schema(schema).parquet(path), schema);
            case ORC -> located(spark.read().schema(schema).orc(path), schema);
            case ARROW ->
                located(
                        spark.read()
                                .schema(schema)
                                .format(ArrowFormat.class.getName())
                                .load(path),
                        schema);
            case JSON -> located(spark.read().schema(schema).options(JSON).json(path), schema);
            case CSV ->
                located(
                        spark.read()
                                .schema(flatSchema())
                                .options(CSV)
                                .option("nullValue", NOTHING)
                                .csv(path),
                        schema);
            case OPENAI_BATCH -> {
                BatchLines lines = BatchLines.of(options, schema);
                Dataset<Row> text = spark.read().text(path);
                yield text.select(functions.col("value"), file(text))
                        .map((MapFunction<Row, Row>) lines::row, Encoders.row(lines.readSchema()));
            }
        };
    }

    private StructType flatSchema() {
        StructType flat = new StructType();
        for (StructField field : schema.fields()) {
            boolean text = isNested(field.dataType()) || field.dataType() instanceof BinaryType;
            flat = flat.add(field.name(), text ? DataTypes.StringType : field.dataType());
        }
        return flat;
    }

    private Dataset<Row> located(Dataset<Row> read, StructType schema) {
        List<Column> columns = new ArrayList<>();
        for (StructField field : schema.fields()) {
            Column column = Columns.of(read, field.name());
            boolean text = options.outputFormat() == OutputFormat.CSV;
            columns.add(
                    text && isNested(field.dataType())
                            ? functions
                                    .from_json(column, field.dataType(), JSON)
                                    .as(field.name())
                            : text && field.dataType() instanceof BinaryType
                                    ? functions.unbase64(column).as(field.name())
                                    : column);
        }
        columns.add(file(read));
        return read.select(columns.toArray(Column[]::new));
    }

    private static Column file(Dataset<Row> read) {
        return read.metadataColumn("_metadata").getField("file_path").as(FILE);
    }
}
