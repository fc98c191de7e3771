package io.sirocco.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a report tells of a job that answered rows. The job counts it at its end, keeps it in {@code run.json} and has its page written
 * from it; reports on several runs read it from there.
 *
 * @param job what was done, such as generate
 * @param model as it was named
 * @param rows of the output, error rows included
 * @param rowsOfEarlierRuns those of them that were there before the last run
 * @param errors error rows by code
 * @param finishReasons answers by finish reason
 * @param promptTokens rows by the length of their prompt
 * @param answerTokens answers by their length
 * @param seconds that the last run took
 * @param moments of the last run, in order
 * @param samples some rows with their answers
 * @param failures some rows with their errors
 * @param gold how labels agree with those that are right; null if those are not known
 */
public record RunFigures(
        String job,
        String model,
        long rows,
        long rowsOfEarlierRuns,
        Map<String, Long> errors,
        Map<String, Long> finishReasons,
        Map<Integer, Long> promptTokens,
        Map<Integer, Long> answerTokens,
        double seconds,
        List<Moment> moments,
        List<Answer> samples,
        List<Failure> failures,
        @JsonInclude(JsonInclude.Include.NON_NULL) LabelMetrics gold) {

    /** What a file leaves out is empty; what it has must not be null. */
    public RunFigures {
        errors = sorted(errors);
        finishReasons = sorted(finishReasons);
        promptTokens = sorted(promptTokens);
        answerTokens = sorted(answerTokens);
        moments = moments == null ? List.of() : List.copyOf(moments);
        samples = samples == null ? List.of() : List.copyOf(samples);
        failures = failures == null ? List.of() : List.copyOf(failures);
    }

    private static <K> Map<K, Long> sorted(Map<K, Long> counts) {
        Map<K, Long> sorted = new TreeMap<>(counts == null ? Map.of() : counts);
        sorted.values().forEach(Objects::requireNonNull);
        return Collections.unmodifiableMap(sorted);
    }

    /** Most characters of a prompt, answer or message that are kept. */
    public static final int MOST_CHARACTERS = 1200;

    /**
     * What the engines had done at one moment.
     *
     * @param seconds since the first row was asked
     * @param prefillTokens prompt tokens computed until then
     * @param decodeTokens answer tokens generated until then
     */
    public record Moment(double seconds, long prefillTokens, long decodeTokens) {}

    /** A row with its answer. */
    public record Answer(String id, String prompt, String answer, String finishReason) {}

    /** A row with its error. */
    public record Failure(String id, String code, String message) {}

    /** As it stands in {@code run.json}. */
    public ObjectNode json() {
        return Json.MAPPER.valueToTree(this);
    }
}
