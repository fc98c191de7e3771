package io.sirocco.weights;

import java.io.IOException;
import java.time.Duration;

/** Counts the failures in a row of one transfer and waits between attempts, longer each time. */
final class Retries {
    private final RetryPolicy policy;
    private final String what;
    private int failures;

    /** @param what the transfer, for the message */
    Retries(RetryPolicy policy, String what) {
        this.policy = policy;
        this.what = what;
    }

    /**
     * Waits until it is time for another attempt.
     *
     * @throws ModelException if there were enough of them
     */
    void after(IOException failure) throws InterruptedException {
        failures++;
        if (failures > policy.failures()) {
            throw new ModelException(
                    what + ": the transfer fails: " + ModelCache.reason(failure) + " (" + failures
                            + " failures in a row); check the network and run the same again, it goes on from what is here",
                    failure);
        }
        Duration pause = policy.pause().multipliedBy(1L << (failures - 1));
        if (failure instanceof BusyException busy && busy.wait.compareTo(pause) > 0) {
            pause = busy.wait;
        }
        Thread.sleep(pause);
    }

    /** The transfer moved on. */
    void progressed() {
        failures = 0;
    }

    /** The server asks for another attempt later. */
    static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient Duration wait;

        BusyException(String message, Duration wait) {
            super(message);
            this.wait = wait;
        }
    }
}
