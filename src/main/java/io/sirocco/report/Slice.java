package io.sirocco.report;

import io.sirocco.report.EvalRun.Judged;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Documents of one kind, and how many of them were answered rightly. */
record Slice(String name, long documents, long right) {

    static final List<String> QUARTERS = List.of("shortest quarter", "second", "third", "longest quarter");

    private static final int MOST_SUBJECTS = 100;

    double accuracy() {
        return (double) right / documents;
    }

    Interval interval() {
        return Interval.wilson(right, documents);
    }

    /**
     * By the subject that documents name, in the order of the names. Documents that name none are left out, and tasks that have one subject
     * or so many that these are no subjects.
     */
    static List<Slice> bySubject(List<Judged> documents) {
        Map<String, Map<String, List<Judged>>> tasks = documents.stream()
                .filter(judged -> !judged.sample().subject().isEmpty())
                .collect(Collectors.groupingBy(
                        judged -> judged.sample().task(),
                        LinkedHashMap::new,
                        Collectors.groupingBy(judged -> judged.sample().subject(), TreeMap::new, Collectors.toList())));
        List<Slice> slices = new ArrayList<>();
        tasks.forEach((task, subjects) -> {
            if (subjects.size() > 1 && subjects.size() <= MOST_SUBJECTS) {
                subjects.forEach((subject, of) -> slices.add(of(task + ": " + subject, of)));
            }
        });
        return slices;
    }

    /**
     * By length of the prompt: each document counts in its quarter among those of its own task, so that a task of long prompts which is
     * also a hard one does not look like an effect of length.
     */
    static List<Slice> byLength(List<Judged> documents) {
        List<List<Judged>> quarters = new ArrayList<>();
        QUARTERS.forEach(_ -> quarters.add(new ArrayList<>()));
        Map<String, List<Judged>> tasks = documents.stream()
                .collect(Collectors.groupingBy(
                        judged -> judged.sample().task(), LinkedHashMap::new, Collectors.toList()));
        for (List<Judged> task : tasks.values()) {
            List<Judged> sorted = task.stream()
                    .sorted(Comparator.comparingInt(judged -> judged.sample().promptLength()))
                    .toList();
            for (int i = 0; i < sorted.size(); i++) {
                quarters.get((int) ((long) i * QUARTERS.size() / sorted.size())).add(sorted.get(i));
            }
        }
        List<Slice> slices = new ArrayList<>();
        for (int i = 0; i < quarters.size(); i++) {
            slices.add(of(QUARTERS.get(i), quarters.get(i)));
        }
        return slices;
    }

    private static Slice of(String name, List<Judged> documents) {
        return new Slice(
                name, documents.size(), documents.stream().filter(Judged::right).count());
    }
}
