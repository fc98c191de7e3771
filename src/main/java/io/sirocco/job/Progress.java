package io.sirocco.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How far a job is.
 *
 * @param earlier rows that earlier runs on the same output have answered
 * @param rows rows that this run has done, error rows included
 * @param total rows that this run has to do
 * @param errors error rows by code
 * @param cost what the rows done were planned at, in tokens
 * @param totalCost what all rows of this run were planned at
 * @param tokens prompt and answer tokens of the rows done
 * @param prefillTokens prompt tokens computed, for rows done or not
 * @param cachedTokens prompt tokens that the prefix caches had
 * @param decodeTokens answer tokens generated
 * @param elapsed since the first row was asked
 */
public record Progress(
        long earlier,
        long rows,
        long total,
        Map<String, Long> errors,
        long cost,
        long totalCost,
        long tokens,
        long prefillTokens,
        long cachedTokens,
        long decodeTokens,
        Duration elapsed) {

    /** Prompt tokens a second so far. */
    public double prefillRate() {
        return rate(prefillTokens);
    }

    /** Answer tokens a second so far. */
    public double decodeRate() {
        return rate(decodeTokens);
    }

    /** Share of the prompt tokens that the prefix caches had, 0 to 1. */
    public double cachedShare() {
        return cachedTokens == 0 ? 0 : (double) cachedTokens / (prefillTokens + cachedTokens);
    }

    private double rate(long done) {
        return elapsed.isZero() ? 0 : done * 1e9 / elapsed.toNanos();
    }

    /**
     * Time to go, if tokens go on as fast as so far and the rows to come have as many of them, for what was planned, as the rows done. What
     * has been done for rows that are not at their end counts: there may be many of them. Empty before a twentieth of the work is done:
     * that says too little.
     *
     * <p>Say 100 of 1000 rows are done, planned at 25,000 of 250,000 tokens, that had 10,000; 12,000 tokens were done in 60 s, so of some
     * 100,000 there are 88,000 to go at 200 a second: 440 s.
     */
    public Optional<Duration> remaining() {
        if (rows == total) {
            return Optional.of(Duration.ZERO);
        }
        long done = prefillTokens + cachedTokens + decodeTokens;
        if (cost * 20 < totalCost || tokens == 0 || done == 0) {
            return Optional.empty();
        }
        double expected = (double) totalCost / cost * tokens;
        return Optional.of(Duration.ofNanos((long) (elapsed.toNanos() * Math.max(0, expected - done) / done)));
    }
}
