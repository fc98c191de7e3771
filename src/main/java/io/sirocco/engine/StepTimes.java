package io.sirocco.engine;

/**
 * Tells the time that prompt tokens take from that of answer tokens, though most steps compute both: the two costs of a token under
 * which the times of the last steps are met best (least squares). A step that has few answer tokens for want of rows says little of what
 * they cost in a full batch, and counts for little.
 *
 * <p>Say steps of 100 prompt and 10 answer tokens take 300 us, and those of 10 answer tokens alone 100 us: a prompt token takes 2 us, an
 * answer token 10, and of the 300 us the prompt's are 200.
 */
final class StepTimes {

    /** A step counts a thousandth less with each that follows, so that slow ones while the JVM warms up are forgotten. */
    private static final double KEPT = 0.999;

    /** Below this share of independent variation the two cannot be told apart. */
    private static final double ALIKE = 1e-6;

    private double promptPrompt;
    private double promptAnswer;
    private double answerAnswer;
    private double promptTime;
    private double answerTime;

    /**
     * Learns of a step.
     *
     * @param prompts tokens of prompts computed
     * @param answers tokens of answers generated
     * @return how much of its time the prompts took, by all that is known now
     */
    long prefillNanos(long prompts, long answers, long nanos) {
        promptPrompt = KEPT * promptPrompt + (double) prompts * prompts;
        promptAnswer = KEPT * promptAnswer + (double) prompts * answers;
        answerAnswer = KEPT * answerAnswer + (double) answers * answers;
        promptTime = KEPT * promptTime + (double) prompts * nanos;
        answerTime = KEPT * answerTime + (double) answers * nanos;
        if (prompts == 0 || answers == 0) {
            return answers == 0 ? nanos : 0;
        }
        double prompt = 1;
        double answer = 1;
        double determinant = promptPrompt * answerAnswer - promptAnswer * promptAnswer;
        if (determinant > ALIKE * promptPrompt * answerAnswer) {
            prompt = Math.max(0, promptTime * answerAnswer - answerTime * promptAnswer);
            answer = Math.max(0, answerTime * promptPrompt - promptTime * promptAnswer);
        }
        double both = prompt * prompts + answer * answers;
        return both == 0 ? 0 : (long) (nanos * (prompt * prompts / both));
    }
}
