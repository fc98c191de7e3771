package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.model.Part;
import java.util.Map;

/** What {@link EngineStats} is taken from; owned by the thread that runs the steps. */
final class Counters {

    long steps;
    long prefillTokens;
    long cachedTokens;
    long decodeTokens;
    long completed;
    long preemptions;
    long queueNanos;
    long forwardNanos;
    long samplingNanos;
    long prefillNanos;
    long schedulingNanos;

    EngineStats snapshot(Map<Part, Long> forwardParts, int running, int waiting, BlockPool pool) {
        return new EngineStats(
                steps,
                prefillTokens,
                cachedTokens,
                decodeTokens,
                completed,
                preemptions,
                queueNanos,
                forwardNanos,
                forwardParts,
                samplingNanos,
                prefillNanos,
                schedulingNanos,
                running,
                waiting,
                pool.size() - pool.available(),
                pool.idle(),
                pool.size());
    }
}
