package io.sirocco.eval;

import io.sirocco.eval.Aggregation.Statistic;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What can be measured of a document, with the harness's names and defaults. */
enum Metric {
    PERPLEXITY(false, Statistic.PERPLEXITY),
    ACC(true, Statistic.MEAN),
    F1(true, Statistic.F1),
    MCC(true, Statistic.MATTHEWS_CORRCOEF),
    ACC_NORM(true, Statistic.MEAN),
    ACC_BYTES(true, Statistic.MEAN),
    EXACT_MATCH(true, Statistic.MEAN),
    BRIER_SCORE(false, Statistic.BRIER_SCORE),
    ACC_MUTUAL_INFO(true, Statistic.MEAN),
    WORD_PERPLEXITY(false, Statistic.WEIGHTED_PERPLEXITY),
    BYTE_PERPLEXITY(false, Statistic.WEIGHTED_PERPLEXITY),
    BITS_PER_BYTE(false, Statistic.BITS_PER_BYTE),
    BYPASS(true, Statistic.BYPASS);

    /** Options of exact_match; other metrics have none, and the harness reads none. Both of its versions of exact_match are the same. */
    private static final Set<String> MATCH_KEYS = Set.of(
            "metric",
            "aggregation",
            "higher_is_better",
            "hf_evaluate",
            "regexes_to_ignore",
            "ignore_case",
            "ignore_punctuation",
            "ignore_numbers");

    final boolean higherIsBetter;
    final Statistic statistic;

    Metric(boolean higherIsBetter, Statistic statistic) {
        this.higherIsBetter = higherIsBetter;
        this.statistic = statistic;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    private boolean isOf(OutputType type) {
        return switch (this) {
            case ACC, ACC_NORM, ACC_BYTES -> type == OutputType.MULTIPLE_CHOICE || type == OutputType.LOGLIKELIHOOD;
            case EXACT_MATCH, F1, MCC -> type == OutputType.MULTIPLE_CHOICE || type == OutputType.GENERATE_UNTIL;
            case BRIER_SCORE, ACC_MUTUAL_INFO -> type == OutputType.MULTIPLE_CHOICE;
            case PERPLEXITY -> type == OutputType.LOGLIKELIHOOD;
            case WORD_PERPLEXITY, BYTE_PERPLEXITY, BITS_PER_BYTE -> type == OutputType.LOGLIKELIHOOD_ROLLING;
            case BYPASS -> true;
        };
    }

    /** The metrics of tasks that name none. */
    static List<Metric> defaults(OutputType type) {
        return switch (type) {
            case LOGLIKELIHOOD -> List.of(PERPLEXITY, ACC);
            case LOGLIKELIHOOD_ROLLING -> List.of(WORD_PERPLEXITY, BYTE_PERPLEXITY, BITS_PER_BYTE);
            case MULTIPLE_CHOICE -> List.of(ACC, ACC_NORM);
            case GENERATE_UNTIL -> List.of(EXACT_MATCH);
        };
    }

    /**
     * The metric that an entry of metric_list names.
     *
     * @param any whether the task scores documents in its own way, so that it may name metrics of other kinds of tasks
     */
    static Metric of(Fields entry, OutputType type, boolean any) {
        String name = entry.requiredText("metric");
        Optional<Metric> metric = Arrays.stream(values())
                .filter(known -> known.key().equals(name) && (any || known.isOf(type)))
                .findFirst();
        if (metric.isEmpty()) {
            List<String> names = Arrays.stream(values())
                    .filter(known -> known.isOf(type))
                    .map(Metric::key)
                    .toList();
            throw entry.wrong("metric", "for output_type " + type.key() + " one of " + String.join(", ", names));
        }
        if (metric.get() == EXACT_MATCH) {
            entry.allow(MATCH_KEYS);
        } else {
            entry.refuse("hf_evaluate");
        }
        return metric.get();
    }
}
