package io.sirocco.weights;

import java.time.Duration;

/**
 * How long a transfer that fails is tried again.
 *
 * @param failures most failures in a row, without progress between them
 * @param pause wait after the first of them; it doubles with each
 * @param stall a connection that sends nothing for so long has failed
 */
record RetryPolicy(int failures, Duration pause, Duration stall) {

    /** Half a minute of waiting in all: a router's restart is survived, a person is not kept. */
    static final RetryPolicy DEFAULT = new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(60));
}
