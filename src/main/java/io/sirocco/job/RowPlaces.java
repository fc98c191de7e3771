package io.sirocco.job;

import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;

/**
 * Each row's place in its file, counted from 0 whatever splits Spark cuts the files into: one pass over the input counts the rows of each
 * split, and sums of those counts say where each split begins. So ids do not depend on the number of cores, and the first N rows are the
 * same rows everywhere.
 */
final class RowPlaces implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Part of a file that one task reads in one go. */
    private record Split(String file, long start) implements Serializable {
        static Split of(Row row) {
            return new Split(row.getString(row.size() - 2), row.getLong(row.size() - 1));
        }
    }

    private record Count(Split split, long rows) implements Serializable {}

    /** Rows before a split: in its file, and in all files in the order of their names. */
    private record Begin(long inFile, long inInput) implements Serializable {}

    /** Where a row stands; {@code name} is its file and place, {@code number} its place in the whole input. */
    record Place(String name, long number) {}

    private final String root;
    private final HashMap<Split, Begin> begins = new HashMap<>();
    private final long total;

    private RowPlaces(List<Count> counts, String root) {
        this.root = root;
        String file = null;
        long inFile = 0;
        long inInput = 0;
        for (Count count : counts) {
            if (!count.split().file().equals(file)) {
                file = count.split().file();
                inFile = 0;
            }
            begins.put(count.split(), new Begin(inFile, inInput));
            inFile += count.rows();
            inInput += count.rows();
        }
        total = inInput;
    }

    /** Counts the rows, whose last two columns are file and split as {@link Input} adds them. */
    static RowPlaces count(JavaRDD<Row> rows, Path root) {
        List<Count> counts =
                new ArrayList<>(rows.mapPartitions(RowPlaces::countSplits).collect());
        counts.sort(Comparator.comparing((Count count) -> count.split().file())
                .thenComparingLong(count -> count.split().start()));
        return new RowPlaces(counts, root.toUri().getPath());
    }

    private static Iterator<Count> countSplits(Iterator<Row> rows) {
        Map<Split, Long> counts = new HashMap<>();
        while (rows.hasNext()) {
            counts.merge(Split.of(rows.next()), 1L, Long::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), entry.getValue()))
                .iterator();
    }

    /** Rows of the input. */
    long total() {
        return total;
    }

    /** Follows one task through its rows. */
    final class Cursor {
        private Split split;
        private String name;
        private long seen;

        /** The place of the next row; each row of the task must be asked for, in order. */
        Place next(Row row) {
            Split now = Split.of(row);
            if (!now.equals(split)) {
                split = now;
                name = relative(now.file());
                seen = 0;
            }
            Begin begin = begins.get(now);
            Place place = new Place(name + ":" + (begin.inFile() + seen), begin.inInput() + seen);
            seen++;
            return place;
        }
    }

    private String relative(String file) {
        String path = URI.create(file).getPath();
        String directory = root.endsWith("/") ? root : root + "/";
        return path.startsWith(directory) ? path.substring(directory.length()) : path;
    }
}
