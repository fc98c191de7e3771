package io.sirocco.report;

import io.sirocco.report.EvalRun.Judged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two runs on the same documents of a task.
 *
 * @param documents that both have answered, told by number and hash
 * @param onlyFirst right in the first run only
 * @param onlySecond right in the second run only
 */
record Paired(String task, long documents, long onlyFirst, long onlySecond) {

    /** Accuracy of the second run less that of the first. */
    double difference() {
        return (double) (onlySecond - onlyFirst) / documents;
    }

    /** Of the difference, by the normal distribution, from the differences of the documents (each -1, 0 or 1). */
    Interval interval() {
        double squares = onlyFirst + onlySecond - documents * difference() * difference();
        double error = documents < 2 ? 0 : Math.sqrt(Math.max(0, squares) / (documents - 1) / documents);
        return Interval.normal(difference(), error);
    }

    /**
     * Probability of a difference as large in either direction if the runs were equally good: McNemar's exact test, which asks how often a
     * fair coin falls so unevenly over the documents that one run only got right.
     *
     * <p>Of 1 and 5 documents: {@code 2 * (1 + 6) / 2^6 = 0.219}.
     */
    double significance() {
        long coins = onlyFirst + onlySecond;
        double log = -coins * Math.log(2);
        double tail = 0;
        for (long i = 0; i <= Math.min(onlyFirst, onlySecond); i++) {
            tail += Math.exp(log);
            log += Math.log((double) (coins - i) / (i + 1));
        }
        return Math.min(1, 2 * tail);
    }

    /** By task, of those that both runs have. */
    static List<Paired> of(EvalRun first, EvalRun second) {
        Map<String, Boolean> before = new LinkedHashMap<>();
        first.judged().forEach(judged -> before.put(key(judged), judged.right()));
        Map<String, long[]> counts = new LinkedHashMap<>();
        for (Judged after : second.judged()) {
            Boolean was = before.get(key(after));
            if (was != null) {
                long[] count = counts.computeIfAbsent(after.sample().task(), _ -> new long[3]);
                count[0]++;
                count[1] += was && !after.right() ? 1 : 0;
                count[2] += !was && after.right() ? 1 : 0;
            }
        }
        List<Paired> tasks = new ArrayList<>();
        counts.forEach((task, count) -> tasks.add(new Paired(task, count[0], count[1], count[2])));
        return tasks;
    }

    private static String key(Judged judged) {
        Sample sample = judged.sample();
        return sample.task() + "\n" + sample.document() + "\n" + sample.hash();
    }
}
