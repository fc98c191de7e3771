package io.sirocco.job;

import io.sirocco.engine.EngineStats;
import java.util.Locale;

/** What a job sums up over its engines: the counters of {@link EngineStats}. */
enum EngineWork {
    STEPS,
    PREFILL_TOKENS,
    CACHED_TOKENS,
    DECODE_TOKENS,
    PREEMPTIONS,
    QUEUE_NANOS,
    FORWARD_NANOS,
    SAMPLING_NANOS,
    PREFILL_NANOS,
    SCHEDULING_NANOS;

    /** As it is called in run.json: {@code prefill_tokens}. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How much an engine had done by then. */
    long in(EngineStats stats) {
        return switch (this) {
            case STEPS -> stats.steps();
            case PREFILL_TOKENS -> stats.prefillTokens();
            case CACHED_TOKENS -> stats.cachedTokens();
            case DECODE_TOKENS -> stats.decodeTokens();
            case PREEMPTIONS -> stats.preemptions();
            case QUEUE_NANOS -> stats.queueNanos();
            case FORWARD_NANOS -> stats.forwardNanos();
            case SAMPLING_NANOS -> stats.samplingNanos();
            case PREFILL_NANOS -> stats.prefillNanos();
            case SCHEDULING_NANOS -> stats.schedulingNanos();
        };
    }
}
