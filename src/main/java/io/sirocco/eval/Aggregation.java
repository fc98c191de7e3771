package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Puts the scores of documents together, with a standard error. Sums go from the first document to the last in f64, as Python's do, so
 * that the last digit is the same.
 */
record Aggregation(Statistic statistic) {

    /** Resamples of a bootstrap that share a seed: their number in the order of seeds. */
    private static final int BOOTSTRAP_CHUNK = 1000;

    /** What can be made of any scores that are numbers. */
    private static final Set<Statistic> PLAIN =
            EnumSet.of(Statistic.MEAN, Statistic.NANMEAN, Statistic.MEDIAN, Statistic.PERPLEXITY);

    /** What a task without a score has: the harness's number for it. */
    private static final double NO_SCORE = 999;

    /** What is made of all scores. */
    enum Statistic {
        MEAN,
        NANMEAN,
        MEDIAN,
        PERPLEXITY,
        WEIGHTED_PERPLEXITY,
        BITS_PER_BYTE,
        F1,
        MATTHEWS_CORRCOEF,
        BRIER_SCORE,
        BYPASS;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether its standard error is estimated by resampling. */
        boolean isBootstrapped() {
            return this == NANMEAN || this == MEDIAN || this == PERPLEXITY || this == F1 || this == MATTHEWS_CORRCOEF;
        }
    }

    /** The aggregation that an entry of metric_list names, or the metric's own. */
    static Aggregation of(Fields entry, Metric metric) {
        if (!entry.has("aggregation")) {
            return new Aggregation(metric.statistic);
        }
        Object name = entry.get("aggregation");
        Statistic statistic = Arrays.stream(Statistic.values())
                .filter(known -> known.key().equals(name))
                .findFirst()
                .orElseThrow(() -> entry.wrong("aggregation", "one of " + String.join(", ", Metrics.statistics())));
        boolean plain = PLAIN.contains(statistic);
        boolean plainScores = metric.statistic == Statistic.MEAN || metric.statistic == Statistic.PERPLEXITY;
        if (statistic != metric.statistic && !(plain && plainScores)) {
            throw entry.wrong("aggregation", metric.statistic.key() + " for " + metric.key());
        }
        return new Aggregation(statistic);
    }

    /** The statistic of all scores. */
    double of(List<?> scores) {
        return switch (statistic) {
            case MEAN, NANMEAN -> mean(numbers(scores));
            case MEDIAN -> {
                double[] sorted = numbers(scores);
                Arrays.sort(sorted);
                yield sorted[sorted.length / 2];
            }
            case PERPLEXITY -> Math.exp(-mean(numbers(scores)));
            case WEIGHTED_PERPLEXITY -> Math.exp(-weightedMean(scores));
            case BITS_PER_BYTE -> -weightedMean(scores) / Math.log(2);
            case F1 -> f1(scores);
            case MATTHEWS_CORRCOEF -> matthews(scores);
            case BRIER_SCORE -> brier(scores);
            case BYPASS -> NO_SCORE;
        };
    }

    /**
     * Its standard error; empty if it has none.
     *
     * @param iterations resamples of a bootstrap; 0 for no standard errors at all
     */
    OptionalDouble standardError(List<?> scores, int iterations) {
        if (scores.size() < 2 || iterations <= 0) {
            return OptionalDouble.empty();
        }
        if (statistic == Statistic.MEAN) {
            return OptionalDouble.of(sampleDeviation(numbers(scores)) / Math.sqrt(scores.size()));
        }
        return statistic.isBootstrapped() ? OptionalDouble.of(bootstrap(scores, iterations)) : OptionalDouble.empty();
    }

    /** The deviation of the statistic over samples of the scores, with replacement; each thousand has a seed of its own: 0, 1, … */
    private double bootstrap(List<?> scores, int iterations) {
        int chunk = Math.min(BOOTSTRAP_CHUNK, iterations);
        double[][] chunks = IntStream.range(0, iterations / chunk)
                .parallel()
                .mapToObj(seed -> {
                    PythonRandom random = new PythonRandom(seed);
                    return IntStream.range(0, chunk)
                            .mapToDouble(_ -> of(random.choices(scores, scores.size())))
                            .toArray();
                })
                .toArray(double[][]::new);
        return sampleDeviation(
                Arrays.stream(chunks).flatMapToDouble(Arrays::stream).toArray());
    }

    private static double[] numbers(List<?> scores) {
        double[] numbers = new double[scores.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ((Number) scores.get(i)).doubleValue();
        }
        return numbers;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double mean(double[] values) {
        return sum(values) / values.length;
    }

    static double sampleDeviation(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    private static double weightedMean(List<?> scores) {
        double sum = 0;
        double weights = 0;
        for (Object score : scores) {
            List<?> pair = (List<?>) score;
            sum += ((Number) pair.get(0)).doubleValue();
            weights += ((Number) pair.get(1)).doubleValue();
        }
        return sum / weights;
    }

    private static int at(Object score, int index) {
        return ((Number) ((List<?>) score).get(index)).intValue();
    }

    /** Of the class 1 of 0 and 1. */
    private static double f1(List<?> scores) {
        long hits = 0;
        long named = 0;
        for (Object score : scores) {
            if (!(((List<?>) score).get(1) instanceof Long)) {
                throw new EvalException("f1 is of the classes 0 and 1; an answer is "
                        + Python.str(((List<?>) score).get(1)) + "; let a filter map answers to these");
            }
            int gold = at(score, 0);
            int predicted = at(score, 1);
            if (gold < 0 || gold > 1 || predicted > 1) {
                throw new EvalException("f1 is of two classes; a document's are " + gold + " and " + predicted);
            }
            hits += gold == 1 && predicted == 1 ? 1 : 0;
            named += gold + predicted;
        }
        return named == 0 ? 0 : 2.0 * hits / named;
    }

    /** Of any number of classes (Gorodkin 2004). */
    private static double matthews(List<?> scores) {
        List<Object> classes = scores.stream()
                .flatMap(score -> ((List<?>) score).stream())
                .map(Object.class::cast)
                .distinct()
                .toList();
        double[] truths = new double[classes.size()];
        double[] predictions = new double[classes.size()];
        double right = 0;
        for (Object score : scores) {
            int truth = classes.indexOf(((List<?>) score).get(0));
            int prediction = classes.indexOf(((List<?>) score).get(1));
            truths[truth]++;
            predictions[prediction]++;
            right += truth == prediction ? 1 : 0;
        }
        double n = scores.size();
        double covariance = right * n - dot(truths, predictions);
        double spread = (n * n - dot(predictions, predictions)) * (n * n - dot(truths, truths));
        return spread == 0 ? 0 : covariance / Math.sqrt(spread);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double brier(List<?> scores) {
        double sum = 0;
        for (Object score : scores) {
            List<?> probabilities = (List<?>) ((List<?>) score).get(1);
            for (int i = 0; i < probabilities.size(); i++) {
                double off = ((Number) probabilities.get(i)).doubleValue() - (at(score, 0) == i ? 1 : 0);
                sum += off * off;
            }
        }
        return sum / scores.size();
    }
}
