package io.sirocco.report;

import io.sirocco.report.Section.Block;
import io.sirocco.report.Section.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accuracy of slices of the documents, for each run. */
final class Slices {

    private Slices() {}

    /**
     * A plot and its table.
     *
     * @param head of the table's first column
     * @param names of the slices, in order
     * @param slices for each run, by name
     */
    static List<Block> blocks(
            String title, String head, List<String> names, List<EvalRun> runs, List<Map<String, Slice>> slices) {
        List<Plot.Series> series = new ArrayList<>();
        List<Column> columns = new ArrayList<>(List.of(Column.text(head)));
        for (int i = 0; i < runs.size(); i++) {
            Map<String, Slice> own = slices.get(i);
            series.add(Plot.Series.of(
                    runs.get(i).name(),
                    names.stream()
                            .map(name -> own.containsKey(name) ? own.get(name).accuracy() : null)
                            .toList(),
                    names.stream()
                            .map(name -> own.containsKey(name) ? own.get(name).interval() : null)
                            .toList()));
            columns.add(Column.number("Documents"));
            columns.add(
                    Column.number(runs.size() == 1 ? "Accuracy" : runs.get(i).name()));
            columns.add(Column.number("95 % interval"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            List<String> row = new ArrayList<>(List.of(name));
            for (Map<String, Slice> own : slices) {
                Optional<Slice> slice = Optional.ofNullable(own.get(name));
                row.add(slice.map(of -> Text.count(of.documents())).orElse("–"));
                row.add(slice.map(of -> Text.percent(of.accuracy())).orElse("–"));
                row.add(slice.map(of -> Text.interval(of.interval())).orElse(""));
            }
            rows.add(row);
        }
        Plot plot = new Plot(
                Plot.Kind.intervals,
                title + ": accuracy with its confidence interval",
                names,
                series,
                "",
                "",
                true,
                false);
        return List.of(new Section.Figure(title, plot), new Section.Table("", columns, rows));
    }
}
