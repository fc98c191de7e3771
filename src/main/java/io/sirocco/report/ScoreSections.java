package io.sirocco.report;

import io.sirocco.report.Section.Block;
import io.sirocco.report.Section.Column;
import io.sirocco.report.Section.Figure;
import io.sirocco.report.Section.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the runs scored: all metrics, by subject, and against each other. */
final class ScoreSections {

    private final List<EvalRun> runs;

    private ScoreSections(List<EvalRun> runs) {
        this.runs = runs;
    }

    static List<Section> of(List<EvalRun> runs) {
        ScoreSections sections = new ScoreSections(runs);
        return Stream.of(sections.scores(), sections.subjects(), sections.comparison())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Section> scores() {
        List<Block> blocks = new ArrayList<>();
        Map<String, List<Score>> byMetric = scores(EvalRun::topScores).values().stream()
                .filter(Score::proportion)
                .collect(Collectors.groupingBy(Score::label, LinkedHashMap::new, Collectors.toList()));
        byMetric.forEach((metric, rows) -> blocks.add(new Figure(metric, intervals(metric, rows))));
        blocks.add(table("All metrics", scores(EvalRun::topScores).values()));
        return Optional.of(new Section(
                "Scores",
                "Whiskers are 95 % confidence intervals: of shares of documents after Wilson, of all else the value ± 1.96 standard errors of the"
                        + " results file. Where two intervals overlap widely, the scores do not tell the two apart.",
                blocks));
    }

    private Map<String, Score> scores(Function<EvalRun, List<Score>> which) {
        Map<String, Score> all = new LinkedHashMap<>();
        runs.forEach(run -> which.apply(run).forEach(score -> all.putIfAbsent(score.key(), score)));
        return all;
    }

    private Plot intervals(String metric, List<Score> rows) {
        return new Plot(
                Plot.Kind.intervals,
                metric + " of each task with its confidence interval",
                rows.stream().map(Score::name).toList(),
                runs.stream()
                        .map(run -> {
                            List<Optional<Score>> own = rows.stream()
                                    .map(row -> run.score(row.key()))
                                    .toList();
                            return Plot.Series.of(
                                    run.name(),
                                    own.stream()
                                            .map(score ->
                                                    score.map(Score::value).orElse(null))
                                            .toList(),
                                    own.stream()
                                            .map(score -> score.flatMap(Score::interval)
                                                    .orElse(null))
                                            .toList());
                        })
                        .toList(),
                "",
                "",
                true,
                false);
    }

    private Table table(String title, Iterable<Score> rows) {
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("Task"), Column.text("Metric"), Column.number("Shots"), Column.number("Documents")));
        for (EvalRun run : runs) {
            columns.add(Column.number(runs.size() == 1 ? "Value" : run.name()));
            columns.add(Column.number("95 % interval"));
        }
        List<List<String>> cells = new ArrayList<>();
        for (Score row : rows) {
            List<String> line = new ArrayList<>(List.of(
                    row.name(),
                    row.label(),
                    row.shots() < 0 ? "" : Text.count(row.shots()),
                    row.documents() == 0 ? "" : Text.count(row.documents())));
            for (EvalRun run : runs) {
                Optional<Score> score = run.score(row.key());
                line.add(score.map(Text::value).orElse("–"));
                line.add(score.map(Text::interval).orElse(""));
            }
            cells.add(line);
        }
        return new Table(title, columns, cells);
    }

    private Optional<Section> subjects() {
        List<Block> blocks = new ArrayList<>();
        Set<String> groups = new LinkedHashSet<>();
        runs.forEach(run -> groups.addAll(run.groups().keySet()));
        for (String group : groups) {
            Set<String> members = new LinkedHashSet<>();
            runs.forEach(run -> members.addAll(run.groups().getOrDefault(group, List.of())));
            List<Score> rows = scores(EvalRun::scores).values().stream()
                    .filter(score -> members.contains(score.name()))
                    .sorted(Comparator.comparingDouble(Score::value).reversed())
                    .toList();
            rows.stream()
                    .filter(Score::proportion)
                    .collect(Collectors.groupingBy(Score::label, LinkedHashMap::new, Collectors.toList()))
                    .forEach((metric, of) -> blocks.add(new Figure(group + ": " + metric, intervals(metric, of))));
            if (!rows.isEmpty()) {
                blocks.add(table("Members of " + group, rows));
            }
        }
        named().ifPresent(blocks::addAll);
        return blocks.isEmpty()
                ? Optional.empty()
                : Optional.of(new Section(
                        "By subject",
                        "Members of each group, the best first, and the subjects that documents name themselves. Few documents make wide"
                                + " intervals: the ends of a long list are often there by chance.",
                        blocks));
    }

    /** By subjects in the documents. */
    private Optional<List<Block>> named() {
        List<Map<String, Slice>> slices = runs.stream()
                .map(run -> Slice.bySubject(run.judged()).stream()
                        .collect(Collectors.toMap(Slice::name, slice -> slice, (a, _) -> a, LinkedHashMap::new)))
                .map(map -> (Map<String, Slice>) map)
                .toList();
        Set<String> names = new LinkedHashSet<>();
        slices.forEach(run -> names.addAll(run.keySet()));
        if (names.size() < 2) {
            return Optional.empty();
        }
        return Optional.of(Slices.blocks("Documents by subject", "Subject", List.copyOf(names), runs, slices));
    }

    private Optional<Section> comparison() {
        EvalRun first = runs.getFirst();
        List<Block> blocks = new ArrayList<>();
        for (EvalRun second : runs.subList(1, runs.size())) {
            List<Paired> pairs = Paired.of(first, second);
            if (pairs.isEmpty()) {
                continue;
            }
            blocks.add(new Figure(
                    second.name() + " less " + first.name() + ", in percentage points",
                    new Plot(
                            Plot.Kind.differences,
                            "difference of accuracy for each task with its confidence interval",
                            pairs.stream().map(Paired::task).toList(),
                            List.of(Plot.Series.of(
                                    second.name(),
                                    pairs.stream().map(Paired::difference).toList(),
                                    pairs.stream().map(Paired::interval).toList())),
                            "",
                            "",
                            true,
                            true)));
            blocks.add(new Table(
                    "Documents that only one of the two got right",
                    List.of(
                            Column.text("Task"),
                            Column.number("Documents"),
                            Column.number("Only " + first.name()),
                            Column.number("Only " + second.name()),
                            Column.number("Difference"),
                            Column.number("95 % interval"),
                            Column.number("p")),
                    pairs.stream()
                            .map(pair -> List.of(
                                    pair.task(),
                                    Text.count(pair.documents()),
                                    Text.count(pair.onlyFirst()),
                                    Text.count(pair.onlySecond()),
                                    Text.points(pair.difference()),
                                    Text.points(pair.interval().low()) + " to "
                                            + Text.points(pair.interval().high()),
                                    Text.decimals(pair.significance(), 3)))
                            .toList()));
        }
        return blocks.isEmpty()
                ? Optional.empty()
                : Optional.of(new Section(
                        "Comparison",
                        "Both runs were asked the same documents, so the difference is taken document by document, which is sharper than"
                                + " comparing two scores. An interval that does not reach zero is a difference; p is McNemar's exact test.",
                        blocks));
    }
}
