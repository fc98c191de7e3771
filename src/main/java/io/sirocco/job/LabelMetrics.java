package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How labels agree with those that the input says are right.
 *
 * <p>Of the gold labels a, a, b and the labels a, b, b: accuracy is 2/3; of a, precision is 1 and recall 1/2, so F1 is 2/3; of b the other
 * way round, the same; macro-F1 is 2/3.
 *
 * @param confusion rows by their gold label, then by their label; under the empty text, those that ended in an error
 */
public record LabelMetrics(SortedMap<String, SortedMap<String, Long>> confusion) {

    private static final String ERROR = "";

    /** Rows of one gold label and one label; {@code label} is null if they ended in an error. */
    record Cell(String gold, String label, long rows) {}

    static LabelMetrics of(List<Cell> cells) {
        SortedMap<String, SortedMap<String, Long>> confusion = new TreeMap<>();
        for (Cell cell : cells) {
            confusion
                    .computeIfAbsent(cell.gold(), _ -> new TreeMap<>())
                    .merge(cell.label() == null ? ERROR : cell.label(), cell.rows(), Long::sum);
        }
        return new LabelMetrics(confusion);
    }

    /** Rows with a gold label. */
    public long rows() {
        return confusion.keySet().stream().mapToLong(this::goldRows).sum();
    }

    /** Rows whose label is right. */
    public long right() {
        return confusion.keySet().stream()
                .mapToLong(label -> count(label, label))
                .sum();
    }

    /** Share of the rows whose label is right; an error is wrong. */
    public double accuracy() {
        return (double) right() / rows();
    }

    /** Mean of the F1 of each label that is gold or given anywhere. */
    public double macroF1() {
        return labels().stream().mapToDouble(this::f1).average().orElse(Double.NaN);
    }

    /** F1 of one label: 2 × right / (gold + given). */
    double f1(String label) {
        long given = confusion.keySet().stream()
                .mapToLong(gold -> count(gold, label))
                .sum();
        return 2.0 * count(label, label) / (goldRows(label) + given);
    }

    private List<String> labels() {
        TreeSet<String> labels = new TreeSet<>(confusion.keySet());
        confusion.values().forEach(row -> labels.addAll(row.keySet()));
        labels.remove(ERROR);
        return List.copyOf(labels);
    }

    private long count(String gold, String label) {
        return confusion.getOrDefault(gold, new TreeMap<>()).getOrDefault(label, 0L);
    }

    private long goldRows(String gold) {
        return confusion.getOrDefault(gold, new TreeMap<>()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** For people: one line, then the confusion matrix, gold labels down and given ones across. */
    public String text() {
        if (rows() == 0) {
            return "no row has a gold label";
        }
        List<String> across = new ArrayList<>(labels());
        boolean errors = confusion.values().stream().anyMatch(row -> row.containsKey(ERROR));
        if (errors) {
            across.add(ERROR);
        }
        List<List<String>> table = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("gold \\ label"));
        across.forEach(label -> header.add(label.equals(ERROR) ? "(error)" : label));
        table.add(header);
        for (String gold : confusion.keySet()) {
            List<String> line = new ArrayList<>(List.of(gold));
            across.forEach(label -> line.add(Long.toString(count(gold, label))));
            table.add(line);
        }
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "accuracy %.4f (%d of %d), macro-F1 %.4f%n", accuracy(), right(), rows(), macroF1()));
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

    /** For run.json. */
    ObjectNode json() {
        ObjectNode json = new JsonMapper().createObjectNode();
        json.put("rows", rows());
        if (rows() > 0) {
            json.put("accuracy", accuracy());
            json.put("macro_f1", macroF1());
        }
        ObjectNode matrix = json.putObject("confusion");
        confusion.forEach((gold, given) -> {
            ObjectNode line = matrix.putObject(gold);
            given.forEach(line::put);
        });
        return json;
    }
}
