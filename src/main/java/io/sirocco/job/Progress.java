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
 * @param prefillTokens prompt tokens computed, for rows done or not
 * @param cachedTokens prompt tokens that the prefix caches had
 * @param decodeTokens answer tokens generated
 * @param elapsed since the first row was asked
 * @param remaining time to go; empty as long as too little is done to tell
 */
public record Progress(
        long earlier,
        long rows,
        long total,
        Map<String, Long> errors,
        long prefillTokens,
        long cachedTokens,
        long decodeTokens,
        Duration elapsed,
        Optional<Duration> remaining) {

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
}
