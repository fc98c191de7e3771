package io.sirocco.job;

import io.sirocco.weights.PullProgress;

/** Hears how a job goes. */
public interface JobListener {

    /** What is being done before rows can be answered, such as {@code loading the model}. */
    void phase(String what);

    /** How the engine of this JVM will run, if it has one: arithmetic, threads, batch, memory. */
    void engine(String description);

    /** About once a second while rows are answered, on a thread of the job's. */
    void progress(Progress progress);

    /** Hears of a model that is pulled first. */
    PullProgress pull();
}
