package io.sirocco.job;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineStats;

/** An engine that many tasks use, with what of its work has been reported already. */
final class SharedEngine implements AutoCloseable {

    private final Engine engine;
    private long prefillReported;
    private long decodeReported;

    SharedEngine(Engine engine) {
        this.engine = engine;
    }

    Engine engine() {
        return engine;
    }

    /** Adds the tokens computed since the last report, by whichever task, to this task's counts. */
    synchronized void report(Tally tally) {
        EngineStats stats = engine.stats();
        tally.computed(stats.prefillTokens() - prefillReported, stats.decodeTokens() - decodeReported);
        prefillReported = stats.prefillTokens();
        decodeReported = stats.decodeTokens();
    }

    @Override
    public void close() {
        engine.close();
    }
}
