package io.sirocco.job;

import java.util.Map;

/**
 * A finished job.
 *
 * @param rows rows of the output, error rows included
 * @param earlier those of them that earlier runs on the same output have answered
 * @param errors error rows of the output by code
 * @param promptTokens tokens of the prompts of this run
 * @param answerTokens tokens of its answers
 * @param seconds from the first row asked to the last written
 * @param output folder of the output, as given
 */
public record Summary(
        long rows,
        long earlier,
        Map<String, Long> errors,
        long promptTokens,
        long answerTokens,
        double seconds,
        String output) {

    /** Error rows of all codes. */
    public long errorRows() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
