package io.sirocco.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How far a job is.
 *
 * @param rows rows done, error rows included
 * @param total rows to do
 * @param errors error rows by code
 * @param prefillTokens prompt tokens computed
 * @param cachedTokens prompt tokens that the prefix caches had
 * @param decodeTokens answer tokens generated
 * @param elapsed since the first row was asked
 */
public record Progress(
        long rows,
        long total,
        Map<String, Long> errors,
        long prefillTokens,
        long cachedTokens,
        long decodeTokens,
        Duration elapsed) {

    /** Error rows of all codes. */
    public long errorRows() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

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

    private double rate(long tokens) {
        return elapsed.isZero() ? 0 : tokens * 1e9 / elapsed.toNanos();
    }

    /**
     * Time to go if the remaining rows take as long as those done. Empty before a twentieth of the rows is done: the first rows end
     * together with many that are almost done, so they say little.
     */
    public Optional<Duration> remaining() {
        return rows * 20 < Math.max(total, 20)
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) (elapsed.toNanos() * ((double) (total - rows) / rows))));
    }
}
