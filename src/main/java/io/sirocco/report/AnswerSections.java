package io.sirocco.report;

import io.sirocco.report.Section.Block;
import io.sirocco.report.Section.Column;
import io.sirocco.report.Section.Figure;
import io.sirocco.report.Section.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the runs answer: how sure they are, and what they go by that they should not. */
final class AnswerSections {

    private final List<EvalRun> runs;

    private AnswerSections(List<EvalRun> runs) {
        this.runs = runs;
    }

    static List<Section> of(List<EvalRun> runs) {
        AnswerSections sections = new AnswerSections(runs);
        return Stream.of(sections.calibration(), sections.length(), sections.position())
                .flatMap(Optional::stream)
                .toList();
    }

    private List<EvalRun> choosing() {
        return runs.stream().filter(run -> !run.choices().isEmpty()).toList();
    }

    private Optional<Section> calibration() {
        if (choosing().isEmpty()) {
            return Optional.empty();
        }
        List<Plot.Series> curves = new ArrayList<>();
        List<Plot.Series> shares = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        List<List<String>> errors = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (EvalRun run : runs) {
            List<Choices> documents = run.choices();
            if (documents.isEmpty()) {
                curves.add(Plot.Series.of(run.name(), List.of(), List.of(), List.of()));
                shares.add(Plot.Series.of(run.name(), List.of()));
                continue;
            }
            Calibration calibration = Calibration.of(documents);
            curves.add(curve(run, calibration));
            shares.add(Plot.Series.of(run.name(), shares(calibration, documents.size())));
            errors.add(List.of(
                    run.name(),
                    Text.count(documents.size()),
                    Text.percent(documents.stream()
                            .mapToDouble(Choices::confidence)
                            .average()
                            .orElseThrow()),
                    Text.percent(
                            (double) documents.stream().filter(Choices::right).count() / documents.size()),
                    Text.percent(calibration.expectedError()),
                    Text.decimals(calibration.brier(), 3)));
            calibration
                    .bins()
                    .forEach(bin -> rows.add(List.of(
                            run.name(),
                            Text.decimals(bin.low(), 1) + "–" + Text.decimals(bin.high(), 1),
                            Text.count(bin.documents()),
                            Text.percent(bin.confidence()),
                            Text.percent(bin.accuracy()),
                            Text.interval(bin.interval()))));
        }
        blocks.add(new Figure(
                "Accuracy over the probability of the chosen answer",
                new Plot(
                        Plot.Kind.calibration,
                        "accuracy over confidence in ten bins, with intervals",
                        List.of(),
                        curves,
                        "probability of the chosen answer",
                        "accuracy",
                        true,
                        false)));
        blocks.add(new Figure(
                "Documents by the probability of the chosen answer",
                columns(
                        "share of documents in each of ten bins of confidence",
                        binNames(),
                        shares,
                        "probability of the chosen answer")));
        blocks.add(new Table(
                "",
                List.of(
                        Column.text("Run"),
                        Column.number("Documents"),
                        Column.number("Mean probability"),
                        Column.number("Accuracy"),
                        Column.number("Calibration error"),
                        Column.number("Brier score")),
                errors));
        blocks.add(new Table(
                "Bins",
                List.of(
                        Column.text("Run"),
                        Column.text("Probability"),
                        Column.number("Documents"),
                        Column.number("Mean probability"),
                        Column.number("Accuracy"),
                        Column.number("95 % interval")),
                rows));
        return Optional.of(new Section(
                "Calibration",
                "Multiple-choice documents of all tasks, in ten bins by the probability of the chosen answer: the softmax of the choices'"
                        + " log-likelihoods. On the diagonal a probability means what it says; below it the model is surer than it should be.",
                blocks));
    }

    private static Plot.Series curve(EvalRun run, Calibration calibration) {
        return Plot.Series.of(
                run.name(),
                calibration.bins().stream().map(Calibration.Bin::confidence).toList(),
                calibration.bins().stream().map(Calibration.Bin::accuracy).toList(),
                calibration.bins().stream().map(Calibration.Bin::interval).toList());
    }

    private static List<Double> shares(Calibration calibration, int documents) {
        Map<Double, Double> byLow = calibration.bins().stream()
                .collect(Collectors.toMap(Calibration.Bin::low, bin -> (double) bin.documents() / documents));
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < Calibration.BINS; i++) {
            shares.add(byLow.getOrDefault((double) i / Calibration.BINS, 0.0));
        }
        return shares;
    }

    private static List<String> binNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Calibration.BINS; i++) {
            names.add(Text.decimals((double) i / Calibration.BINS, 1) + "–"
                    + Text.decimals((double) (i + 1) / Calibration.BINS, 1));
        }
        return names;
    }

    private static Plot columns(String description, List<String> labels, List<Plot.Series> series, String xTitle) {
        return new Plot(Plot.Kind.columns, description, labels, series, xTitle, "", true, false);
    }

    private Optional<Section> length() {
        List<Map<String, Slice>> slices = runs.stream()
                .map(run -> Slice.byLength(run.judged()).stream()
                        .filter(slice -> slice.documents() > 0)
                        .collect(Collectors.toMap(Slice::name, Function.identity())))
                .toList();
        if (slices.stream().allMatch(Map::isEmpty)) {
            return Optional.empty();
        }
        return Optional.of(new Section(
                "Length of the prompt",
                "Accuracy of the shorter and the longer prompts, in characters. Each document counts in its quarter among those of its own task,"
                        + " so that tasks of long prompts do not stand for length.",
                Slices.blocks("Accuracy by length", "Prompts", Slice.QUARTERS, runs, slices)));
    }

    private Optional<Section> position() {
        List<Block> blocks = new ArrayList<>();
        for (EvalRun run : choosing()) {
            Positions positions = Positions.of(run.choices());
            double documents = positions.documents();
            List<Plot.Series> series = List.of(
                    Plot.Series.of(
                            "chosen",
                            positions.places().stream()
                                    .map(place -> place.chosen() / documents)
                                    .toList()),
                    Plot.Series.of(
                            "right",
                            positions.places().stream()
                                    .map(place -> place.gold() / documents)
                                    .toList()));
            blocks.add(new Figure(
                    run.name() + ": where the chosen and the right answers stand",
                    new Plot(
                            Plot.Kind.columns,
                            "share of documents by the position of the chosen and of the right answer",
                            positions.places().stream()
                                    .map(Positions.Place::name)
                                    .toList(),
                            series,
                            "",
                            "",
                            true,
                            true)));
            blocks.add(new Table(
                    "",
                    List.of(
                            Column.text("Position"),
                            Column.number("Right here"),
                            Column.number("Chosen here"),
                            Column.number("Accuracy where right"),
                            Column.number("95 % interval")),
                    positions.places().stream()
                            .map(place -> List.of(
                                    place.name(),
                                    Text.count(place.gold()),
                                    Text.count(place.chosen()),
                                    place.gold() == 0 ? "–" : Text.percent((double) place.both() / place.gold()),
                                    place.gold() == 0
                                            ? ""
                                            : Text.interval(Interval.wilson(place.both(), place.gold()))))
                            .toList()));
        }
        return blocks.isEmpty()
                ? Optional.empty()
                : Optional.of(new Section(
                        "Position of the answer",
                        "A model without a habit chooses each position about as often as the right answer stands there.",
                        blocks));
    }
}
