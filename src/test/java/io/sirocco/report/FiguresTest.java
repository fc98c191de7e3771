package io.sirocco.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.report.EvalRun.Judged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Figures against values worked by hand. */
class FiguresTest {

    private static final double NEAR = 5e-4;

    @Test
    void wilsonsIntervalIsThatOfTheTextbook() {
        // 3 of 10: (0.3 + 3.8415 / 20) / 1.38415 ± 1.96 / 1.38415 * sqrt(0.021 + 3.8415 / 400)
        Interval some = Interval.wilson(3, 10);
        assertEquals(0.1078, some.low(), NEAR);
        assertEquals(0.6032, some.high(), NEAR);
        // None of 10: from 0 to z² / (10 + z²).
        Interval none = Interval.wilson(0, 10);
        assertEquals(0, none.low(), 1e-12);
        assertEquals(0.2775, none.high(), NEAR);
        assertEquals(1, Interval.wilson(10, 10).high(), 1e-12);
    }

    @Test
    void probabilitiesAreTheSoftmaxOfTheLogLikelihoods() {
        Choices choices = Choices.of(List.of("a", "b"), List.of(-1000 + Math.log(3), -1000.0), 1);
        assertEquals(0.75, choices.probabilities().get(0), 1e-9);
        assertEquals(0.25, choices.probabilities().get(1), 1e-9);
        assertEquals(0, choices.chosen());
    }

    @Test
    void theFirstOfEqualChoicesIsChosen() {
        assertEquals(0, Choices.of(List.of("a", "b"), List.of(-1.0, -1.0), 1).chosen());
    }

    @Test
    void calibrationComparesConfidenceWithAccuracyInEachBin() {
        // Two in 0.6–0.7, one of them right; one sure and right, in the last bin with 1.0.
        Calibration calibration = Calibration.of(List.of(sure(0.6, true), sure(0.68, false), sure(1, true)));
        assertEquals(2, calibration.bins().size());
        Calibration.Bin middle = calibration.bins().getFirst();
        assertEquals(2, middle.documents());
        assertEquals(0.64, middle.confidence(), 1e-9);
        assertEquals(0.5, middle.accuracy(), 1e-9);
        assertEquals(0.9, calibration.bins().getLast().low(), 1e-9);
        // |0.5 - 0.64| * 2/3 + 0 * 1/3
        assertEquals(0.28 / 3, calibration.expectedError(), 1e-9);
        // (0.4² + 0.4²) + (0.68² + 0.68²) + 0, over 3
        assertEquals((2 * 0.16 + 2 * 0.4624) / 3, calibration.brier(), 1e-9);
    }

    @Test
    void positionsCountRightChosenAndBoth() {
        Positions positions = Positions.of(List.of(
                Choices.of(List.of("", "", ""), List.of(-1.0, -2.0, -3.0), 0),
                Choices.of(List.of("", "", ""), List.of(-1.0, -2.0, -3.0), 2),
                Choices.of(List.of("", ""), List.of(-2.0, -1.0), 1)));
        assertEquals(
                List.of(
                        new Positions.Place(0, 1, 2, 1),
                        new Positions.Place(1, 1, 1, 1),
                        new Positions.Place(2, 1, 0, 0)),
                positions.places());
    }

    @Test
    void lengthsCountWithinTheirOwnTask() {
        List<Judged> documents = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            documents.add(judged("long", i, 1000 + i, i == 0));
            documents.add(judged("short", i, 10 - i, false));
        }
        List<Slice> quarters = Slice.byLength(documents);
        // The shortest of each task: 1000 characters of one, 7 of the other.
        assertEquals(new Slice("shortest quarter", 2, 1), quarters.getFirst());
        assertEquals(new Slice("longest quarter", 2, 0), quarters.getLast());
    }

    @Test
    void runsAreComparedDocumentByDocument() {
        EvalRun first = run("a", true, true, false, false, false, true);
        EvalRun second = run("b", true, false, true, true, true, true);
        Paired pair = Paired.of(first, second).getFirst();
        assertEquals(new Paired("task", 6, 1, 3), pair);
        assertEquals(2.0 / 6, pair.difference(), 1e-9);
        // Differences 0 -1 1 1 1 0: mean 1/3, variance (4 - 6/9) / 5 = 2/3, standard error sqrt(2/3/6) = 1/3
        assertEquals((1 - Interval.Z) / 3, pair.interval().low(), 1e-9);
        // 2 * (1 + 4) / 2^4
        assertEquals(0.625, pair.significance(), 1e-9);
    }

    @Test
    void significanceIsThatOfAFairCoin() {
        assertEquals(14.0 / 64, new Paired("task", 100, 1, 5).significance(), 1e-9);
        assertEquals(1, new Paired("task", 100, 0, 0).significance());
        assertEquals(1, new Paired("task", 100, 3, 3).significance());
        assertTrue(new Paired("task", 20000, 4000, 5000).significance() < 1e-20);
    }

    @Test
    void documentsOfOneRunOnlyAreNotCompared() {
        EvalRun first = run("a", true, true);
        assertEquals(2, Paired.of(first, run("b", true, true, true)).getFirst().documents());
    }

    @Test
    void lengthsFallIntoTwoBinsForEachDoubling() {
        Lengths lengths = Lengths.of(Map.of(0, 1L, 3, 1L, 5, 2L, 12, 1L, 15, 1L, -1, 9L));
        assertEquals(
                List.of("0", "1", "2", "3", "4–5", "6–7", "8–11", "12–15"),
                lengths.bins().stream().map(Lengths.Bin::name).toList());
        assertEquals(
                List.of(1L, 0L, 0L, 1L, 2L, 0L, 0L, 2L),
                lengths.bins().stream().map(Lengths.Bin::count).toList());
        assertEquals(40 / 6.0, lengths.mean(), 1e-9);
        assertEquals(5, lengths.median());
        assertEquals(15, lengths.longest());
    }

    @Test
    void lengthsEndAtTheLargestThereIs() {
        Lengths lengths = Lengths.of(Map.of(Integer.MAX_VALUE, 1L));
        assertEquals(1, lengths.count());
        assertEquals(Integer.MAX_VALUE, lengths.longest());
        assertEquals(1, lengths.bins().getFirst().count());
    }

    @Test
    void theSurestMistakesComeFirst() {
        List<Judged> documents = List.of(
                new Judged(choosing(0, sure(0.7, false)), false),
                new Judged(choosing(1, sure(0.9, false)), false),
                new Judged(choosing(2, sure(0.99, true)), true));
        Mistakes mistakes = Mistakes.of(documents);
        assertEquals(
                List.of(1L, 0L),
                mistakes.confident().stream().map(Sample::document).toList());
        assertEquals(List.of(), mistakes.worst());
    }

    /** Two choices, of which the first has this probability; the first is right, or the second. */
    private static Choices sure(double probability, boolean right) {
        return new Choices(List.of("yes", "no"), List.of(probability, 1 - probability), right ? 0 : 1);
    }

    private static Judged judged(String task, int document, int length, boolean right) {
        return new Judged(sample(task, document, length, right, Optional.empty()), right);
    }

    private static Sample choosing(int document, Choices choices) {
        return sample("task", document, 10, choices.right(), Optional.of(choices));
    }

    private static Sample sample(String task, int document, int length, boolean right, Optional<Choices> choices) {
        return new Sample(
                task,
                "none",
                document,
                "hash" + document,
                Map.of("acc", right ? 1.0 : 0.0),
                "prompt",
                length,
                "",
                "",
                "",
                choices);
    }

    private static EvalRun run(String name, Boolean... right) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < right.length; i++) {
            samples.add(sample("task", i, 10, right[i], Optional.empty()));
        }
        Score score = new Score(
                "task", false, "acc", "none", 0.5, OptionalDouble.empty(), right.length, 0, true, Optional.empty());
        return new EvalRun(name, "model", Instant.EPOCH, 1, List.of(score), Map.of(), samples);
    }
}
