package io.sirocco.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads what an evaluation has written, ours or lm-evaluation-harness's: each {@code results_*.json} of a folder (the harness puts one
 * folder more between) with the samples beside it. Of a task that several files have, the latest counts.
 */
final class EvalFolder {

    private static final int DEPTH = 2;

    private final Map<String, JsonNode> results = new LinkedHashMap<>();
    private final Map<String, JsonNode> metrics = new LinkedHashMap<>();
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private final Map<String, List<String>> groups = new LinkedHashMap<>();

    private double date;
    private double seconds;

    private EvalFolder() {}

    /** The results files of a folder, the latest last. */
    static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder, DEPTH)) {
            return all.filter(file -> file.getFileName().toString().matches("results_.*\\.json"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new ReportException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * One run for each model that the files are of, in the order of its first file.
     *
     * @param name by which the report tells the folder from others
     * @param files those of {@link #files}
     * @throws ReportException if they cannot be read
     */
    static List<EvalRun> read(String name, List<Path> files) {
        Map<String, EvalFolder> models = new LinkedHashMap<>();
        for (Path file : files) {
            JsonNode root = Json.object(file);
            models.computeIfAbsent(root.path("model_name").asText(), _ -> new EvalFolder())
                    .add(file, root);
        }
        List<EvalRun> runs = new ArrayList<>();
        models.forEach((model, folder) -> runs.add(folder.run(models.size() == 1 ? name : name + ": " + model, model)));
        return runs;
    }

    private EvalRun run(String name, String model) {
        List<Sample> all = samples.values().stream().flatMap(List::stream).toList();
        return new EvalRun(name, model, Instant.ofEpochSecond((long) date), seconds, scores(), groups, all);
    }

    private void add(Path file, JsonNode root) {
        if (!root.path("results").isObject()) {
            throw new ReportException(file + ": \"results\" is missing; expected lm-evaluation-harness's results");
        }
        date = Math.max(date, root.path("date").asDouble());
        seconds += root.path("total_evaluation_time_seconds").asDouble();
        root.path("results").properties().forEach(task -> {
            results.put(task.getKey(), root);
            metrics.put(task.getKey(), task.getValue());
            sampleFile(file, task.getKey())
                    .ifPresent(found -> samples.put(
                            task.getKey(),
                            SampleFile.read(
                                    found,
                                    task.getKey(),
                                    root.path("configs")
                                            .path(task.getKey())
                                            .path("output_type")
                                            .asText())));
        });
        root.path("group_subtasks").properties().forEach(group -> {
            List<String> members = new ArrayList<>();
            group.getValue().forEach(member -> members.add(member.asText()));
            if (!members.isEmpty()) {
                groups.put(group.getKey(), members);
            }
        });
    }

    /** With the date of the results, or with none. */
    private static Optional<Path> sampleFile(Path file, String task) {
        String date = file.getFileName().toString().replaceFirst("^results", "").replaceFirst("\\.json$", "");
        return Stream.of("samples_" + task + date + ".jsonl", "samples_" + task + ".jsonl")
                .filter(name -> name.indexOf('/') < 0)
                .map(file::resolveSibling)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private List<Score> scores() {
        List<Score> scores = new ArrayList<>();
        metrics.forEach((task, values) -> values.properties().forEach(entry -> {
            String key = entry.getKey();
            int comma = key.indexOf(',');
            // "sample_len" and "alias" have no comma; "acc_stderr,none" belongs to "acc,none".
            if (comma > 0
                    && entry.getValue().isNumber()
                    && !key.substring(0, comma).endsWith("_stderr")) {
                scores.add(score(
                        task,
                        key.substring(0, comma),
                        key.substring(comma + 1),
                        entry.getValue().doubleValue()));
            }
        }));
        return scores;
    }

    private Score score(String task, String metric, String filter, double value) {
        JsonNode root = results.get(task);
        JsonNode error = metrics.get(task).path(metric + "_stderr," + filter);
        OptionalDouble standardError =
                error.isNumber() ? OptionalDouble.of(error.doubleValue()) : OptionalDouble.empty();
        Map<Double, Long> counts = new HashMap<>();
        samples.getOrDefault(task, List.of()).stream()
                .filter(sample ->
                        sample.filter().equals(filter) && sample.metrics().containsKey(metric))
                .forEach(sample -> counts.merge(sample.metrics().get(metric), 1L, Long::sum));
        long hits = counts.getOrDefault(1.0, 0L);
        long trials = hits + counts.getOrDefault(0.0, 0L);
        long asked = counts.values().stream().mapToLong(Long::longValue).sum();
        // Of 0 and 1 only, and with the mean that the results have.
        boolean proportion = trials > 0 && trials == asked && Math.abs((double) hits / trials - value) < 1e-9;
        Optional<Interval> interval = proportion
                ? Optional.of(Interval.wilson(hits, trials))
                : standardError.stream()
                        .mapToObj(given -> Interval.normal(value, given))
                        .findFirst();
        boolean group = groups.containsKey(task);
        return new Score(
                task,
                group,
                metric,
                filter,
                value,
                standardError,
                group ? 0 : root.path("n-samples").path(task).path("effective").asLong(trials),
                root.path("n-shot").path(task).asLong(-1),
                proportion || (group && shareOfMembers(task, metric, filter, new HashSet<>())),
                interval);
    }

    /** A group's metric is a share if that of its first task is one; a file may name groups in a circle. */
    private boolean shareOfMembers(String group, String metric, String filter, Set<String> seen) {
        for (String member : seen.add(group) ? groups.getOrDefault(group, List.of()) : List.<String>of()) {
            if (groups.containsKey(member)) {
                return shareOfMembers(member, metric, filter, seen);
            }
            List<Sample> asked = samples.getOrDefault(member, List.of());
            if (!asked.isEmpty() && metrics.get(member).has(metric + "," + filter)) {
                return asked.stream()
                        .map(sample -> sample.metrics().get(metric))
                        .allMatch(value -> value != null && (value == 0 || value == 1));
            }
        }
        return false;
    }
}
