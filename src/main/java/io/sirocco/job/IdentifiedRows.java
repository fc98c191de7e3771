package io.sirocco.job;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
 * The input's rows, each with its id.
 *
 * @param rows the input's own columns, then {@link #ID}, {@link #PLACE} (in the whole input, from 0) and {@link #COST}
 * @param total number of rows
 * @param order in which they are planned
 */
record IdentifiedRows(Dataset<Row> rows, long total, PlanOrder order) {

    static final String ID = "__sirocco_id";
    static final String PLACE = "__sirocco_place";
    static final String COST = "__sirocco_cost";

    private static final int SHOWN = 5;

    /**
     * The rows that a job is to answer.
     *
     * @throws JobException if there is none, or two rows have one id
     */
    static IdentifiedRows asked(SparkSession spark, Input input, RowCosts costs, RowOptions options) {
        IdentifiedRows rows = of(spark, input, costs, options.limit().orElse(Long.MAX_VALUE));
        if (rows.total() == 0) {
            throw new JobException("input " + options.input() + " has no rows");
        }
        return rows;
    }

    /**
     * The first {@code limit} rows. A row's id is that of its id column, else its file and place in it.
     *
     * @throws JobException if two rows have one id
     */
    static IdentifiedRows of(SparkSession spark, Input input, RowCosts costs, long limit) {
        JavaRDD<Row> read = input.rows().javaRDD();
        RowPlaces places = RowPlaces.count(read, input.files().root());
        StructType schema = input.schema()
                .add(ID, DataTypes.StringType, false)
                .add(PLACE, DataTypes.LongType, false)
                .add(COST, DataTypes.LongType, false);
        JavaRDD<Row> named = read.mapPartitions(new Naming(input.schema().size(), places, costs, limit));
        IdentifiedRows rows = new IdentifiedRows(
                spark.createDataFrame(named, schema), Math.min(places.total(), limit), PlanOrder.LONGEST_FIRST);
        input.idColumn().ifPresent(_ -> rows.requireUnique());
        return rows;
    }

    private record Naming(int columns, RowPlaces places, RowCosts costs, long limit)
            implements FlatMapFunction<Iterator<Row>, Row>, Serializable {

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            RowPlaces.Cursor cursor = places.new Cursor();
            ToLongFunction<Row> cost = costs.estimator();
            Stream<Row> all =
                    StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED), false);
            return all.mapMulti((Row row, Consumer<Row> next) -> {
                        RowPlaces.Place place = cursor.next(row);
                        if (place.number() < limit) {
                            next.accept(named(row, place, cost.applyAsLong(row)));
                        }
                    })
                    .iterator();
        }

        private Row named(Row row, RowPlaces.Place place, long cost) {
            List<Object> values = new ArrayList<>(columns + 3);
            for (int i = 0; i < columns; i++) {
                values.add(row.get(i));
            }
            String given = row.getString(columns);
            values.add(given == null ? place.name() : given);
            values.add(place.number());
            values.add(cost);
            return RowFactory.create(values.toArray());
        }
    }

    private void requireUnique() {
        List<Row> twice = rows.groupBy(ID)
                .count()
                .where(functions.col("count").gt(1))
                .limit(SHOWN)
                .collectAsList();
        if (!twice.isEmpty()) {
            String some = twice.stream()
                    .map(row -> "\"" + row.getString(0) + "\" (" + row.getLong(1) + " rows)")
                    .collect(Collectors.joining(", "));
            throw new JobException("ids must be unique, and are not: " + some + (twice.size() == SHOWN ? ", …" : "")
                    + ". Name another column with --id-column, or one that is not there to have ids made");
        }
    }
}
