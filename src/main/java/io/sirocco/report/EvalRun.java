package io.sirocco.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An evaluation, read from its folder.
 *
 * @param name by which the report tells it from others
 * @param model as the files name it
 * @param seconds that it took, all results files together
 * @param scores in the order of the files
 * @param groups names of the members of each group
 * @param samples in the order of the tasks
 */
record EvalRun(
        String name,
        String model,
        Instant date,
        double seconds,
        List<Score> scores,
        Map<String, List<String>> groups,
        List<Sample> samples) {

    /** A document with the metric that its task is judged by first: accuracy, exact match. */
    record Judged(Sample sample, boolean right) {}

    /** All documents of tasks that have a metric which is 0 or 1 for each, once each, by the first such metric. */
    List<Judged> judged() {
        Map<String, Score> first = new LinkedHashMap<>();
        scores.stream()
                .filter(score -> !score.group() && score.proportion())
                .forEach(score -> first.putIfAbsent(score.name(), score));
        List<Judged> judged = new ArrayList<>();
        for (Sample sample : samples) {
            Score score = first.get(sample.task());
            if (score != null
                    && score.filter().equals(sample.filter())
                    && sample.metrics().containsKey(score.metric())) {
                judged.add(new Judged(sample, sample.metrics().get(score.metric()) == 1));
            }
        }
        return judged;
    }

    /** Scores that are not of a member of a group. */
    List<Score> topScores() {
        Set<String> members = new HashSet<>();
        groups.values().forEach(members::addAll);
        return scores.stream().filter(score -> !members.contains(score.name())).toList();
    }

    /** The score of the same metric of the same task, if this run has it. */
    Optional<Score> score(String key) {
        return scores.stream().filter(score -> score.key().equals(key)).findFirst();
    }

    /** Multiple-choice documents, once each, whose right choice is known. */
    List<Choices> choices() {
        return judged().stream()
                .flatMap(judged -> judged.sample().choices().stream())
                .filter(choices -> choices.gold() >= 0)
                .toList();
    }

    /** Documents of all tasks. */
    long documents() {
        return scores.stream()
                .filter(score -> !score.group())
                .collect(Collectors.toMap(Score::name, Score::documents, Math::max))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
