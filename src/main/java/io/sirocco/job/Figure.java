package io.sirocco.job;

import io.sirocco.engine.EngineStats;
import java.util.Locale;

/** What the plugin shows of engines in Spark's metrics. */
enum Figure {
    ROWS(true),
    PREFILL_TOKENS(true),
    CACHED_TOKENS(true),
    DECODE_TOKENS(true),
    MODEL_LOADS(true),
    RUNNING_ROWS(false),
    BLOCKS_USED(false),
    BLOCKS(false);

    /** Whether it only grows, so that what an executor that is gone has done still counts. */
    private final boolean counter;

    Figure(boolean counter) {
        this.counter = counter;
    }

    boolean isCounter() {
        return counter;
    }

    /** As metrics are named: {@code prefill_tokens}. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What one open engine, which was loaded once, adds to it. */
    long in(EngineStats stats) {
        return switch (this) {
            case ROWS -> stats.completed();
            case PREFILL_TOKENS -> stats.prefillTokens();
            case CACHED_TOKENS -> stats.cachedTokens();
            case DECODE_TOKENS -> stats.decodeTokens();
            case MODEL_LOADS -> 1;
            case RUNNING_ROWS -> stats.running();
            case BLOCKS_USED -> stats.heldBlocks();
            case BLOCKS -> stats.poolBlocks();
        };
    }
}
