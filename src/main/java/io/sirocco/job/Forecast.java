package io.sirocco.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How long a run will still take. Rows are done longest first, so those to come have shorter prompts than those done, and the same
 * number of answer tokens for less of them: prompts are reckoned by what is left of the plan, answers by the number of rows that are left,
 * and each at the speed that the engines have measured for it.
 *
 * @param rows of the plan
 * @param cost of the plan
 * @param mostAnswerTokens that a row's cost holds for its answers
 * @param inOrder rows done, of all lengths of answers
 * @param work that the engines have done, for rows done or not
 * @param elapsed since the first row was asked
 */
record Forecast(
        long rows, long cost, long mostAnswerTokens, Tally.Rows inOrder, Map<EngineWork, Long> work, Duration elapsed) {

    /** Before as much of the work is done, it says too little. */
    private static final double LEAST_DONE = 0.05;

    /**
     * Empty before a twentieth of the work is done, or a row.
     *
     * <p>Say 100 of 1000 rows are done, planned at 10,000 of 55,000 tokens, 40 of each row's for its answer; they had 6000 prompt tokens and
     * 2000 answer tokens. So for 1000 rows there are 15,000 and 20,000 to be expected. If the engines have done 6000 and 2000 of them in
     * 60 s, half of the time each, what is left is 9000 at 5 ms and 18,000 at 15 ms: 315 s.
     */
    Optional<Duration> remaining() {
        if (inOrder.rows() == 0) {
            return Optional.empty();
        }
        double nanos = work.get(EngineWork.FORWARD_NANOS) + work.get(EngineWork.SAMPLING_NANOS);
        double left = mostAnswerTokens == 0 ? leftOfOneKind(nanos) : leftOfBoth(nanos);
        if (nanos == 0 || nanos < LEAST_DONE * (nanos + left)) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((long) (elapsed.toNanos() * (left / nanos))));
    }

    /** Where a row's cost says nothing of its answer, as with labels, which are read, all tokens are of one kind. */
    private double leftOfOneKind(double nanos) {
        double done = prompts() + answers();
        double had = inOrder.promptTokens() + inOrder.answerTokens();
        double expected = had / Math.max(1, inOrder.cost()) * cost;
        return nanos / Math.max(1, done) * Math.max(0, expected - done);
    }

    private double leftOfBoth(double nanos) {
        double prefillNanos = work.get(EngineWork.PREFILL_NANOS);
        // Prompt tokens that the prefix cache has cost nothing, and will be as many of those to come.
        double prompt = prefillNanos / Math.max(1, prompts());
        double answer = (nanos - prefillNanos) / Math.max(1, answers());
        double expectedAnswers = (double) inOrder.answerTokens() / inOrder.rows() * rows;
        return prompt * Math.max(0, expectedPrompts() - prompts()) + answer * Math.max(0, expectedAnswers - answers());
    }

    private double expectedPrompts() {
        double planned = inOrder.cost() - inOrder.rows() * mostAnswerTokens;
        // Rows that ask for answers of another length themselves may leave nothing.
        return planned > 0
                ? inOrder.promptTokens() / planned * Math.max(0, cost - rows * mostAnswerTokens)
                : (double) inOrder.promptTokens() / inOrder.rows() * rows;
    }

    private double prompts() {
        return work.get(EngineWork.PREFILL_TOKENS) + work.get(EngineWork.CACHED_TOKENS);
    }

    private double answers() {
        return work.get(EngineWork.DECODE_TOKENS);
    }
}
