package io.sirocco.job;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineStats;

/** An engine that many tasks use, with what of its work has been reported already. */
final class SharedEngine implements AutoCloseable {

    private final Engine engine;
    private EngineStats reported;
    private volatile boolean closing;

    SharedEngine(Engine engine) {
        this.engine = engine;
        reported = engine.stats();
    }

    Engine engine() {
        return engine;
    }

    /** Adds what was done since the last report, for whichever task, to this task's counts. */
    synchronized void report(Tally tally) {
        EngineStats stats = engine.stats();
        for (EngineWork work : EngineWork.values()) {
            tally.done(work, work.in(stats) - work.in(reported));
        }
        reported = stats;
    }

    /** Whether rows end as errors because this JVM ends. */
    boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        closing = true;
        engine.close();
    }
}
