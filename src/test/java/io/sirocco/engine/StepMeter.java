package io.sirocco.engine;

/** How engines tell the time of prompts from that of answers, for simulations in other rooms. */
public final class StepMeter {

    private final StepTimes times = new StepTimes();

    /** How much of a step's time its prompts took. */
    public long prefillNanos(long prompts, long answers, long nanos) {
        return times.prefillNanos(prompts, answers, nanos);
    }
}
