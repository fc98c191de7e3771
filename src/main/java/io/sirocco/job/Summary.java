package io.sirocco.job;

import java.util.Map;

/**
 * A finished job.
 *
 * @param rows rows of the output, error rows included
 * @param errors error rows by code
 * @param promptTokens tokens of all prompts
 * @param answerTokens tokens of all answers
 * @param seconds from the first row asked to the last written
 * @param output folder of the output, as given
 */
public record Summary(
        long rows, Map<String, Long> errors, long promptTokens, long answerTokens, double seconds, String output) {

    /** Error rows of all codes. */
    public long errorRows() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
