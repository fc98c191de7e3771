package io.sirocco.job;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Completion.Code;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** What the tasks count, in Spark's accumulators: exact when a job has finished, since each output partition counts once. */
final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Counts at one moment; errors by code, those that occurred only. */
    record Counts(
            long rows,
            long promptTokens,
            long answerTokens,
            long prefillTokens,
            long decodeTokens,
            Map<String, Long> errors) {
        long errorRows() {
            return errors.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final LongAccumulator rows;
    private final LongAccumulator promptTokens;
    private final LongAccumulator answerTokens;
    private final LongAccumulator prefillTokens;
    private final LongAccumulator decodeTokens;
    private final EnumMap<Code, LongAccumulator> errors = new EnumMap<>(Code.class);

    Tally(SparkContext context) {
        rows = context.longAccumulator("sirocco.rows");
        promptTokens = context.longAccumulator("sirocco.promptTokens");
        answerTokens = context.longAccumulator("sirocco.answerTokens");
        prefillTokens = context.longAccumulator("sirocco.prefillTokens");
        decodeTokens = context.longAccumulator("sirocco.decodeTokens");
        for (Code code : Code.values()) {
            errors.put(code, context.longAccumulator("sirocco.errors." + code.key()));
        }
    }

    /** One row is done. */
    void row(Completion completion) {
        rows.add(1);
        promptTokens.add(completion.promptTokens());
        for (Completion.Output output : completion.outputs()) {
            answerTokens.add(output.tokenIds().size());
        }
        if (completion.error() != null) {
            errors.get(completion.error().code()).add(1);
        }
    }

    /** Tokens that an engine computed, for rows done or not. */
    void computed(long prefill, long decode) {
        prefillTokens.add(prefill);
        decodeTokens.add(decode);
    }

    /** On the driver: the tasks that have ended, and what those still running had counted when last heard of, by accumulator. */
    Counts counts(Map<Long, Long> running) {
        Map<String, Long> byCode = new LinkedHashMap<>();
        errors.forEach((code, count) -> {
            if (value(count, running) > 0) {
                byCode.put(code.key(), value(count, running));
            }
        });
        return new Counts(
                value(rows, running),
                value(promptTokens, running),
                value(answerTokens, running),
                value(prefillTokens, running),
                value(decodeTokens, running),
                byCode);
    }

    private static long value(LongAccumulator counter, Map<Long, Long> running) {
        return counter.value() + running.getOrDefault(counter.id(), 0L);
    }
}
