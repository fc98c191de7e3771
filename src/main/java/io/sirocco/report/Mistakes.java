package io.sirocco.report;

import io.sirocco.report.EvalRun.Judged;
import io.sirocco.report.Section.Case;
import io.sirocco.report.Section.Cases;
import io.sirocco.report.Section.Choice;
import io.sirocco.report.Section.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run got wrong, the most telling first.
 *
 * @param confident multiple-choice documents whose wrong choice had the highest probability
 * @param worst others, whose right choice had the lowest
 * @param generated the first wrong answers of each task that has no choices
 */
record Mistakes(List<Sample> confident, List<Sample> worst, List<Sample> generated) {

    static final int MOST = 8;
    private static final int MOST_OF_A_TASK = 4;

    static Mistakes of(List<Judged> documents) {
        List<Sample> wrong = documents.stream()
                .filter(judged -> !judged.right())
                .map(Judged::sample)
                .toList();
        List<Sample> choosing = wrong.stream()
                .filter(sample ->
                        sample.choices().map(choices -> !choices.right()).orElse(false))
                .toList();
        List<Sample> confident = choosing.stream()
                .sorted(Comparator.comparingDouble((Sample sample) ->
                                sample.choices().orElseThrow().confidence())
                        .reversed())
                .limit(MOST)
                .toList();
        List<Sample> worst = choosing.stream()
                .filter(sample -> sample.choices().orElseThrow().gold() >= 0 && !confident.contains(sample))
                .sorted(Comparator.comparingDouble(Mistakes::ofTheRightOne))
                .limit(MOST)
                .toList();
        Map<String, List<Sample>> tasks = wrong.stream()
                .filter(sample -> sample.choices().isEmpty())
                .collect(Collectors.groupingBy(Sample::task, LinkedHashMap::new, Collectors.toList()));
        return new Mistakes(
                confident,
                worst,
                tasks.values().stream()
                        .flatMap(task -> task.stream().limit(MOST_OF_A_TASK))
                        .toList());
    }

    private static double ofTheRightOne(Sample sample) {
        Choices choices = sample.choices().orElseThrow();
        return choices.probabilities().get(choices.gold());
    }

    static Optional<Section> section(List<EvalRun> runs) {
        List<Section.Block> blocks = new ArrayList<>();
        for (EvalRun run : runs) {
            Mistakes mistakes = of(run.judged());
            String of = runs.size() == 1 ? "" : run.name() + ": ";
            add(blocks, of + "surest of a wrong answer", mistakes.confident());
            add(blocks, of + "farthest from the right answer", mistakes.worst());
            add(blocks, of + "wrong answers, generated", mistakes.generated());
        }
        return blocks.isEmpty()
                ? Optional.empty()
                : Optional.of(new Section(
                        "Mistakes",
                        "Open a line to read the end of its prompt. Where a model is sure of a wrong answer, the key, the prompt or the task is"
                                + " often to blame: read these before believing a score.",
                        blocks));
    }

    private static void add(List<Section.Block> blocks, String title, List<Sample> samples) {
        if (!samples.isEmpty()) {
            blocks.add(new Cases(title, samples.stream().map(Mistakes::shown).toList()));
        }
    }

    private static Case shown(Sample sample) {
        String where = sample.task() + ", document " + sample.document();
        List<Part> parts = new ArrayList<>(List.of(new Part("Prompt", sample.prompt())));
        if (sample.choices().isEmpty()) {
            parts.add(new Part(
                    "Answer" + (sample.filter().equals("none") ? "" : " (" + sample.filter() + ")"), sample.answer()));
            parts.add(new Part("Expected", sample.target()));
            return new Case(where, parts, List.of());
        }
        Choices choices = sample.choices().orElseThrow();
        List<Choice> list = new ArrayList<>();
        for (int i = 0; i < choices.texts().size(); i++) {
            list.add(new Choice(
                    choices.texts().get(i),
                    Text.percent(choices.probabilities().get(i)),
                    i == choices.chosen(),
                    i == choices.gold()));
        }
        String right = choices.gold() < 0
                ? ""
                : ", right answer " + Text.percent(choices.probabilities().get(choices.gold()));
        return new Case(where + ": chosen " + Text.percent(choices.confidence()) + right, parts, list);
    }
}
