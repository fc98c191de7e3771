package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** What the tasks count, in Spark's accumulators: exact when a job has finished, since each chunk counts once. */
final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * Counts at one moment.
     *
     * @param cost what the rows done were estimated at
     * @param inOrder of the rows done, those before which all rows of their chunk are done. Of the others more have short answers
     * @param errors by code, those that occurred only
     */
    record Counts(
            long rows,
            long cost,
            long promptTokens,
            long answerTokens,
            Rows inOrder,
            Map<EngineWork, Long> work,
            Map<String, Long> errors) {}

    /** Some rows, what they were estimated at, and the tokens that they had. */
    record Rows(long rows, long cost, long promptTokens, long answerTokens) {}

    private final LongAccumulator rows;
    private final LongAccumulator cost;
    private final LongAccumulator promptTokens;
    private final LongAccumulator answerTokens;
    private final LongAccumulator inOrderRows;
    private final LongAccumulator inOrderCost;
    private final LongAccumulator inOrderPromptTokens;
    private final LongAccumulator inOrderAnswerTokens;
    private final EnumMap<EngineWork, LongAccumulator> work = new EnumMap<>(EngineWork.class);
    private final EnumMap<Code, LongAccumulator> errors = new EnumMap<>(Code.class);

    Tally(SparkContext context) {
        rows = context.longAccumulator("sirocco.rows");
        cost = context.longAccumulator("sirocco.cost");
        promptTokens = context.longAccumulator("sirocco.promptTokens");
        answerTokens = context.longAccumulator("sirocco.answerTokens");
        inOrderRows = context.longAccumulator("sirocco.inOrder.rows");
        inOrderCost = context.longAccumulator("sirocco.inOrder.cost");
        inOrderPromptTokens = context.longAccumulator("sirocco.inOrder.promptTokens");
        inOrderAnswerTokens = context.longAccumulator("sirocco.inOrder.answerTokens");
        for (EngineWork kind : EngineWork.values()) {
            work.put(kind, context.longAccumulator("sirocco.engine." + kind.key()));
        }
        for (Code code : Code.values()) {
            errors.put(code, context.longAccumulator("sirocco.errors." + code.key()));
        }
    }

    /** One row, planned at this cost, is done. */
    void row(Asked.Answered answered, long planned) {
        rows.add(1);
        cost.add(planned);
        promptTokens.add(answered.promptTokens());
        answerTokens.add(answered.answerTokens());
        if (answered.error() != null) {
            errors.get(answered.error().code()).add(1);
        }
    }

    /** One row, counted before, is done, and so are all before it. */
    void rowInOrder(Asked.Answered answered, long planned) {
        inOrderRows.add(1);
        inOrderCost.add(planned);
        inOrderPromptTokens.add(answered.promptTokens());
        inOrderAnswerTokens.add(answered.answerTokens());
    }

    /** An engine has done this, for rows done or not. */
    void done(EngineWork kind, long amount) {
        work.get(kind).add(amount);
    }

    /** On the driver: the tasks that have ended, and what those still running had counted when last heard of, by accumulator. */
    Counts counts(Map<Long, Long> running) {
        Map<String, Long> byCode = new LinkedHashMap<>();
        errors.forEach((code, count) -> {
            if (value(count, running) > 0) {
                byCode.put(code.key(), value(count, running));
            }
        });
        Map<EngineWork, Long> byKind = new EnumMap<>(EngineWork.class);
        work.forEach((kind, count) -> byKind.put(kind, value(count, running)));
        return new Counts(
                value(rows, running),
                value(cost, running),
                value(promptTokens, running),
                value(answerTokens, running),
                new Rows(
                        value(inOrderRows, running),
                        value(inOrderCost, running),
                        value(inOrderPromptTokens, running),
                        value(inOrderAnswerTokens, running)),
                byKind,
                byCode);
    }

    private static long value(LongAccumulator counter, Map<Long, Long> running) {
        return counter.value() + running.getOrDefault(counter.id(), 0L);
    }
}
