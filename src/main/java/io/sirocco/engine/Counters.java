package io.sirocco.engine;

import io.sirocco.cache.BlockPool;

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
    long schedulingNanos;

    EngineStats snapshot(int running, int waiting, BlockPool pool) {
        return new EngineStats(
                steps,
                prefillTokens,
                cachedTokens,
                decodeTokens,
                completed,
                preemptions,
                queueNanos,
                forwardNanos,
                samplingNanos,
                schedulingNanos,
                running,
                waiting,
                pool.size() - pool.available(),
                pool.idle(),
                pool.size());
    }
}
