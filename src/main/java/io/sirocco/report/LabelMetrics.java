package io.sirocco.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * How the labels of rows agree with those that the input says are right.
 *
 * <p>Of the gold labels a, a, b and the labels a, b, b: accuracy is 2/3; of a, precision is 1 and recall 1/2, so F1 is 2/3; of b the other
 * way round, the same; macro-F1 is 2/3.
 *
 * @param rows those with a gold label
 * @param measures values by their names, such as accuracy
 * @param labels every label that is gold or given
 * @param confusion rows by their gold label, then by their label; under the empty text, those that ended in an error. Empty where a row may
 *     have many labels
 */
public record LabelMetrics(
        long rows, Map<String, Double> measures, List<Counts> labels, Map<String, Map<String, Long>> confusion) {

    private static final String ERROR = "";

    /** What a file leaves out is empty; what it has must not be null. */
    public LabelMetrics {
        measures = measures == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(measures));
        measures.values().forEach(Objects::requireNonNull);
        labels = labels == null ? List.of() : List.copyOf(labels);
        SortedMap<String, Map<String, Long>> sorted = new TreeMap<>();
        (confusion == null ? Map.<String, Map<String, Long>>of() : confusion)
                .forEach((gold, given) -> sorted.put(gold, Collections.unmodifiableMap(new TreeMap<>(given))));
        sorted.values().forEach(given -> given.values().forEach(Objects::requireNonNull));
        confusion = Collections.unmodifiableMap(sorted);
    }

    /**
     * Rows of one label.
     *
     * @param gold rows that it is right for
     * @param given rows that have it
     * @param right rows of both
     */
    public record Counts(String label, long gold, long given, long right) {

        /** @throws NullPointerException if there is no label */
        public Counts {
            Objects.requireNonNull(label);
        }

        /** 2 × right / (gold + given), the harmonic mean of precision and recall. */
        @JsonIgnore
        public double f1() {
            return 2.0 * right / (gold + given);
        }

        double precision() {
            return (double) right / given;
        }

        double recall() {
            return (double) right / gold;
        }
    }

    /** Rows of one gold label and one label; {@code label} is null if they ended in an error. */
    public record Cell(String gold, String label, long rows) {}

    /** Of rows that have one label each: accuracy, for which an error is wrong, and macro-F1, the mean of the labels' F1. */
    public static LabelMetrics of(List<Cell> cells) {
        Map<String, Map<String, Long>> confusion = new TreeMap<>();
        Map<String, Long> gold = new TreeMap<>();
        Map<String, Long> given = new TreeMap<>();
        long rows = 0;
        for (Cell cell : cells) {
            confusion
                    .computeIfAbsent(cell.gold(), _ -> new TreeMap<>())
                    .merge(cell.label() == null ? ERROR : cell.label(), cell.rows(), Long::sum);
            gold.merge(cell.gold(), cell.rows(), Long::sum);
            if (cell.label() != null) {
                given.merge(cell.label(), cell.rows(), Long::sum);
            }
            rows += cell.rows();
        }
        TreeSet<String> names = new TreeSet<>(gold.keySet());
        names.addAll(given.keySet());
        List<Counts> labels = names.stream()
                .map(label -> new Counts(
                        label,
                        gold.getOrDefault(label, 0L),
                        given.getOrDefault(label, 0L),
                        confusion.getOrDefault(label, Map.of()).getOrDefault(label, 0L)))
                .toList();
        Map<String, Double> measures = new LinkedHashMap<>();
        if (rows > 0) {
            measures.put("accuracy", (double) right(labels) / rows);
            measures.put("macro_f1", macroF1(labels));
        }
        return new LabelMetrics(rows, measures, labels, confusion);
    }

    /**
     * Of rows that may have many labels: micro-F1 counts every label of every row alike, macro-F1 is the mean of the labels' F1.
     *
     * @param exact rows that have all their gold labels and no other
     */
    public static LabelMetrics ofMany(long rows, long exact, List<Counts> labels) {
        Map<String, Double> measures = new LinkedHashMap<>();
        if (rows > 0) {
            measures.put("exact_match", (double) exact / rows);
        }
        if (!labels.isEmpty()) {
            long all = labels.stream()
                    .mapToLong(label -> label.gold() + label.given())
                    .sum();
            measures.put("micro_f1", 2.0 * right(labels) / all);
            measures.put("macro_f1", macroF1(labels));
        }
        return new LabelMetrics(rows, measures, labels, Map.of());
    }

    /** The same with more measures. */
    public LabelMetrics with(Map<String, Double> more) {
        Map<String, Double> all = new LinkedHashMap<>(measures);
        all.putAll(more);
        return new LabelMetrics(rows, all, labels, confusion);
    }

    private static long right(List<Counts> labels) {
        return labels.stream().mapToLong(Counts::right).sum();
    }

    private static double macroF1(List<Counts> labels) {
        return labels.stream().mapToDouble(Counts::f1).average().orElse(Double.NaN);
    }

    /** A measure's name for people: {@code macro-F1}. */
    static String shown(String measure) {
        return measure.replace('_', '-').replace("f1", "F1");
    }

    /** The confusion matrix: a line of heads, then gold labels down and given ones across. */
    List<List<String>> matrix() {
        List<String> across = new ArrayList<>(labels.stream().map(Counts::label).toList());
        if (confusion.values().stream().anyMatch(given -> given.containsKey(ERROR))) {
            across.add(ERROR);
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(line("gold \\ label", across, label -> label.equals(ERROR) ? "(error)" : label));
        confusion.forEach((gold, given) ->
                lines.add(line(gold, across, label -> Long.toString(given.getOrDefault(label, 0L)))));
        return lines;
    }

    /** The labels one by one, below a line of heads. */
    List<List<String>> byLabel() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("label", "gold", "given", "right", "precision", "recall", "F1"));
        for (Counts label : labels) {
            lines.add(List.of(
                    label.label(),
                    Long.toString(label.gold()),
                    Long.toString(label.given()),
                    Long.toString(label.right()),
                    share(label.given(), label.precision()),
                    share(label.gold(), label.recall()),
                    Text.decimals(label.f1(), 4)));
        }
        return lines;
    }

    private static String share(long of, double share) {
        return of == 0 ? "-" : Text.decimals(share, 4);
    }

    private static List<String> line(String head, List<String> across, UnaryOperator<String> cell) {
        List<String> line = new ArrayList<>(List.of(head));
        across.forEach(label -> line.add(cell.apply(label)));
        return line;
    }

    /** For people: one line, then the confusion matrix, or the labels where a row may have many. */
    public String text() {
        if (rows == 0) {
            return "no row has a gold label";
        }
        List<String> values = new ArrayList<>();
        measures.forEach((name, value) -> values.add(shown(name) + " " + Text.decimals(value, 4)));
        StringBuilder text =
                new StringBuilder(String.join(", ", values)).append(String.format(Locale.ROOT, " (%d rows)%n", rows));
        List<List<String>> table = confusion.isEmpty() ? byLabel() : matrix();
        for (List<String> line : table) {
            for (int i = 0; i < line.size(); i++) {
                int column = i;
                int width = table.stream()
                        .mapToInt(other -> other.get(column).length())
                        .max()
                        .orElseThrow();
                String padding = " ".repeat(width - line.get(i).length());
                text.append(i == 0 ? line.get(i) + padding : "  " + padding + line.get(i));
            }
            text.append(System.lineSeparator());
        }
        return text.toString().stripTrailing();
    }
}
