package io.sirocco.report;

import io.sirocco.report.RunFigures.Moment;
import io.sirocco.report.Section.Block;
import io.sirocco.report.Section.Case;
import io.sirocco.report.Section.Cases;
import io.sirocco.report.Section.Column;
import io.sirocco.report.Section.Figure;
import io.sirocco.report.Section.Part;
import io.sirocco.report.Section.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What a job's runs tell: labels against gold ones, throughput, lengths, how answers ended, errors, samples. */
final class JobSections {

    private static final int MOST_POINTS = 60;
    private static final int MOST_LABELS_ACROSS = 30;

    private final List<JobRun> runs;

    private JobSections(List<JobRun> runs) {
        this.runs = runs;
    }

    static List<Section> of(List<JobRun> runs) {
        JobSections sections = new JobSections(runs);
        return Stream.of(
                        sections.labels(),
                        sections.throughput(),
                        sections.lengths(
                                "Length of the prompts", "Rows by tokens of their prompt.", RunFigures::promptTokens),
                        sections.lengths(
                                "Length of the answers", "Answers by tokens generated.", RunFigures::answerTokens),
                        sections.ends(),
                        sections.errors(),
                        sections.samples())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Section> labels() {
        List<JobRun> known =
                runs.stream().filter(run -> run.figures().gold() != null).toList();
        Set<String> measures = new LinkedHashSet<>();
        known.forEach(run -> measures.addAll(run.figures().gold().measures().keySet()));
        if (measures.isEmpty()) {
            return Optional.empty();
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text("Run"), Column.number("Rows with a gold label")));
        measures.forEach(measure -> columns.add(Column.number(LabelMetrics.shown(measure))));
        List<List<String>> rows = new ArrayList<>();
        for (JobRun run : known) {
            LabelMetrics gold = run.figures().gold();
            List<String> row = new ArrayList<>(List.of(run.name(), Text.count(gold.rows())));
            measures.forEach(measure -> row.add(
                    gold.measures().containsKey(measure)
                            ? Text.decimals(gold.measures().get(measure), 4)
                            : ""));
            rows.add(row);
        }
        List<Block> blocks = new ArrayList<>(List.of(new Table("", columns, rows)));
        for (JobRun run : known) {
            LabelMetrics gold = run.figures().gold();
            if (!gold.confusion().isEmpty() && gold.labels().size() <= MOST_LABELS_ACROSS) {
                blocks.add(
                        table(title(run, "rows by their gold label (down) and their label (across)"), gold.matrix()));
            }
            blocks.add(table(title(run, "label by label"), gold.byLabel()));
        }
        return section(
                "Labels",
                "How the labels agree with the gold labels of the input; a row that ended in an error is wrong.",
                blocks);
    }

    /** The first line has the heads; all but the first column are numbers. */
    private static Table table(String title, List<List<String>> lines) {
        List<Column> columns = new ArrayList<>();
        for (String head : lines.getFirst()) {
            columns.add(new Column(head, !columns.isEmpty()));
        }
        return new Table(title, columns, lines.subList(1, lines.size()));
    }

    private Optional<Section> throughput() {
        List<Block> blocks = new ArrayList<>();
        for (JobRun run : runs) {
            List<Moment> moments = thinned(run.figures().moments());
            if (moments.size() < 3) {
                continue;
            }
            List<Double> seconds = moments.stream().skip(1).map(Moment::seconds).toList();
            blocks.add(new Figure(
                    title(run, "tokens a second"),
                    new Plot(
                            Plot.Kind.lines,
                            "prompt and answer tokens a second over time",
                            List.of(),
                            List.of(
                                    new Plot.Series(
                                            "answers (decode)",
                                            seconds,
                                            rates(moments, Moment::decodeTokens),
                                            List.of(),
                                            List.of()),
                                    new Plot.Series(
                                            "prompts (prefill)",
                                            seconds,
                                            rates(moments, Moment::prefillTokens),
                                            List.of(),
                                            List.of())),
                            "seconds since the first row was asked",
                            "tokens a second",
                            false,
                            true)));
        }
        return section(
                "Throughput",
                "Tokens computed between one reading and the next, about a second apart or more; what the prefix cache had is not counted.",
                blocks);
    }

    /** At most so many readings that a line through them can be read. */
    private static List<Moment> thinned(List<Moment> moments) {
        int stride = Math.max(1, (moments.size() + MOST_POINTS - 1) / MOST_POINTS);
        List<Moment> some = new ArrayList<>();
        for (int i = 0; i < moments.size(); i += stride) {
            some.add(moments.get(i));
        }
        return some;
    }

    private static List<Double> rates(List<Moment> moments, Function<Moment, Long> tokens) {
        List<Double> rates = new ArrayList<>();
        for (int i = 1; i < moments.size(); i++) {
            double seconds = moments.get(i).seconds() - moments.get(i - 1).seconds();
            long done = tokens.apply(moments.get(i)) - tokens.apply(moments.get(i - 1));
            rates.add(seconds > 0 ? Math.max(0, done) / seconds : null);
        }
        return rates;
    }

    private Optional<Section> lengths(String title, String lead, Function<RunFigures, Map<Integer, Long>> which) {
        TreeMap<Integer, String> bins = new TreeMap<>();
        List<Lengths> all =
                runs.stream().map(run -> Lengths.of(which.apply(run.figures()))).toList();
        all.forEach(lengths -> lengths.bins().forEach(bin -> bins.put(bin.low(), bin.name())));
        if (bins.isEmpty()) {
            return Optional.empty();
        }
        List<Plot.Series> series = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Lengths lengths = all.get(i);
            series.add(Plot.Series.of(
                    runs.get(i).name(),
                    bins.keySet().stream()
                            .map(low -> (double) lengths.bins().stream()
                                    .filter(bin -> bin.low() == low)
                                    .mapToLong(Lengths.Bin::count)
                                    .sum())
                            .toList()));
            rows.add(List.of(
                    runs.get(i).name(),
                    Text.count(lengths.count()),
                    Text.decimals(lengths.mean(), 1),
                    Text.count(lengths.median()),
                    Text.count(lengths.longest())));
        }
        Plot plot = new Plot(
                Plot.Kind.columns,
                title + " in tokens, as a histogram",
                List.copyOf(bins.values()),
                series,
                "tokens",
                "",
                false,
                false);
        return section(
                title,
                lead + " Two bins for each doubling.",
                List.of(
                        new Figure("", plot),
                        new Table(
                                "",
                                List.of(
                                        Column.text("Run"),
                                        Column.number("Count"),
                                        Column.number("Mean"),
                                        Column.number("Median"),
                                        Column.number("Longest")),
                                rows)));
    }

    private Optional<Section> ends() {
        return counts(
                "Finish reasons",
                "How answers ended: stop at an end token or stop text, length at their bound.",
                "Reason",
                RunFigures::finishReasons,
                figures -> figures.finishReasons().values().stream()
                        .mapToLong(Long::longValue)
                        .sum(),
                List.of());
    }

    private Optional<Section> errors() {
        List<Block> cases = new ArrayList<>();
        for (JobRun run : runs) {
            List<Case> failures = run.figures().failures().stream()
                    .map(failure -> new Case(
                            failure.code() + ", row " + failure.id(),
                            List.of(new Part("Message", failure.message())),
                            List.of()))
                    .toList();
            if (!failures.isEmpty()) {
                cases.add(new Cases(title(run, "some of the rows"), failures));
            }
        }
        return counts(
                "Errors",
                "Rows without an answer, by the code of their error.",
                "Code",
                RunFigures::errors,
                RunFigures::rows,
                cases);
    }

    private Optional<Section> counts(
            String title,
            String lead,
            String head,
            Function<RunFigures, Map<String, Long>> which,
            ToLongFunction<RunFigures> total,
            List<Block> after) {
        SortedSet<String> names = new TreeSet<>();
        runs.forEach(run -> names.addAll(which.apply(run.figures()).keySet()));
        if (names.isEmpty()) {
            return Optional.empty();
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text(head)));
        for (JobRun run : runs) {
            columns.add(Column.number(runs.size() == 1 ? "Count" : run.name()));
            columns.add(Column.number("Share"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            List<String> row = new ArrayList<>(List.of(name));
            for (JobRun run : runs) {
                Map<String, Long> counts = which.apply(run.figures());
                long all = total.applyAsLong(run.figures());
                long count = counts.getOrDefault(name, 0L);
                row.add(Text.count(count));
                row.add(all == 0 ? "" : Text.percent((double) count / all));
            }
            rows.add(row);
        }
        List<Block> blocks = new ArrayList<>(List.of(new Table("", columns, rows)));
        blocks.addAll(after);
        return section(title, lead, blocks);
    }

    private Optional<Section> samples() {
        List<Block> blocks = new ArrayList<>();
        for (JobRun run : runs) {
            List<Case> cases = run.figures().samples().stream()
                    .map(sample -> new Case(
                            "Row " + sample.id() + ", " + sample.finishReason(),
                            List.of(new Part("Prompt", sample.prompt()), new Part("Answer", sample.answer())),
                            List.of()))
                    .toList();
            if (!cases.isEmpty()) {
                blocks.add(new Cases(runs.size() == 1 ? "" : run.name(), cases));
            }
        }
        return section("Samples", "Some rows with their first answer; long texts are cut.", blocks);
    }

    private String title(JobRun run, String what) {
        return runs.size() == 1 ? what : run.name() + ": " + what;
    }

    private static Optional<Section> section(String title, String lead, List<Block> blocks) {
        return blocks.isEmpty() ? Optional.empty() : Optional.of(new Section(title, lead, blocks));
    }
}
