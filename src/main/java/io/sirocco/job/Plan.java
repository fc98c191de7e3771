package io.sirocco.job;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows to answer, cut into chunks that lie in files, so that no shuffle stands between them and inference: a lost executor repeats its
 * own tasks and nothing else. Rows are spread over parts; each is sorted, mostly by cost, longest first, and cut. The driver knows three
 * numbers of each chunk.
 */
final class Plan {

    private static final String CHUNK = "__sirocco_chunk";

    /** Rows of a part: what one task sorts. */
    private static final int PART_ROWS = 50_000;

    /** Larger than any chunk: Spark neither cuts such a file nor reads two of them in one task. */
    private static final long WHOLE_FILES = 1L << 40;

    private final SparkSession reader;
    private final Path folder;
    private final StructType schema;
    private final List<Chunk> chunks;

    private Plan(SparkSession reader, Path folder, StructType schema, List<Chunk> chunks) {
        this.reader = reader;
        this.folder = folder;
        this.schema = schema;
        this.chunks = chunks;
    }

    /**
     * Writes the plan.
     *
     * @param rows as of {@link IdentifiedRows}; the plan's rows have no {@link IdentifiedRows#PLACE}
     * @param order in which they are cut
     * @param folder in which there is nothing yet
     */
    static Plan write(SparkSession spark, Dataset<Row> rows, PlanOrder order, Path folder, ChunkSize size) {
        Dataset<Row> planned = rows.drop(IdentifiedRows.PLACE);
        StructType schema = planned.schema();
        Row totals = planned.agg(functions.count("*"), functions.sum(IdentifiedRows.COST))
                .first();
        if (totals.getLong(0) == 0) {
            return new Plan(spark, folder, schema, List.of());
        }
        int parts = Math.toIntExact(Math.ceilDiv(totals.getLong(0), PART_ROWS));
        ChunkCut cut = new ChunkCut(size.cost(totals.getLong(0), totals.getLong(1)), parts);
        JavaRDD<Row> sorted = order.parted(planned, parts)
                .sortWithinPartitions(order.column(), functions.col(IdentifiedRows.ID))
                .javaRDD();
        spark.createDataFrame(sorted.mapPartitions(new Cutting(cut, schema.size())), schema.add(CHUNK, "int"))
                // In the order in which they are: so Spark need not sort them for writing, which would not keep it.
                .sortWithinPartitions(functions.col(CHUNK), order.column(), functions.col(IdentifiedRows.ID))
                .write()
                .partitionBy(CHUNK)
                .parquet(folder.toString());
        return new Plan(reader(spark), folder, schema, chunks(spark, folder, schema));
    }

    private record Cutting(ChunkCut cut, int columns) implements FlatMapFunction<Iterator<Row>, Row>, Serializable {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            ChunkCut.Cursor cursor = cut.new Cursor(TaskContext.getPartitionId());
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public Row next() {
                    Row row = rows.next();
                    Object[] values = new Object[columns + 1];
                    for (int i = 0; i < columns; i++) {
                        values[i] = row.get(i);
                    }
                    values[columns] = cursor.next(row.getLong(columns - 1));
                    return RowFactory.create(values);
                }
            };
        }
    }

    private static List<Chunk> chunks(SparkSession spark, Path folder, StructType schema) {
        List<Chunk> chunks = new ArrayList<>();
        Iterator<Row> rows = spark.read()
                .schema(schema.add(CHUNK, DataTypes.IntegerType))
                .parquet(folder.toString())
                .groupBy(CHUNK)
                .agg(functions.count("*"), functions.sum(IdentifiedRows.COST))
                .sort(CHUNK)
                .toLocalIterator();
        rows.forEachRemaining(row -> chunks.add(new Chunk(row.getInt(0), row.getLong(1), row.getLong(2))));
        return chunks;
    }

    /** A session that reads one chunk in one task, and lists files without asking the cluster, whose slots are busy. */
    private static SparkSession reader(SparkSession spark) {
        SparkSession session = spark.newSession();
        session.conf().set("spark.sql.files.maxPartitionBytes", WHOLE_FILES);
        session.conf().set("spark.sql.files.openCostInBytes", WHOLE_FILES);
        session.conf().set("spark.sql.sources.parallelPartitionDiscovery.threshold", Integer.MAX_VALUE);
        String java8 = "spark.sql.datetime.java8API.enabled";
        session.conf().set(java8, spark.conf().get(java8));
        return session;
    }

    /** In the order in which they should be done. */
    List<Chunk> chunks() {
        return chunks;
    }

    long rows() {
        return chunks.stream().mapToLong(Chunk::rows).sum();
    }

    long cost() {
        return chunks.stream().mapToLong(Chunk::cost).sum();
    }

    /** The rows of some chunks, each of them one partition: the input's own columns, then id and cost. */
    JavaRDD<Row> read(List<Chunk> some) {
        String[] files = some.stream()
                .map(chunk -> new Path(folder, CHUNK + "=" + chunk.number()).toString())
                .toArray(String[]::new);
        return reader.read().schema(schema).parquet(files).javaRDD();
    }
}
