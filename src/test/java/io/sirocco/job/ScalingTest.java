package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.job.ClusterSimulation.Outcome;
import io.sirocco.job.ClusterSimulation.Scenario;
import org.junit.jupiter.api.Test;

/** A thousand executors and 10^8 rows, on a simulated clock; docs/scaling.md tells the figures. */
class ScalingTest {

    /** Mistral 7B on executors of 16 cores, two tasks each: some 100 tokens a second an executor. */
    private static Scenario mistral7b(
            long rows, int executors, double failures, double reclaim, double slow, int kills) {
        return new Scenario(rows, executors, 2, 50, 328, failures, reclaim, slow, kills, 7_248_000_000L, 8);
    }

    @Test
    void aThousandExecutorsThatDieAndAreSlowLoseLittleAndIdleLittle() {
        Outcome outcome = new ClusterSimulation(mistral7b(100_000_000, 1000, 48, 12, 0.05, 1)).run();
        assertEquals(100_000_000, outcome.rows());
        assertTrue(outcome.lost() <= 0.01, outcome.toString());
        assertTrue(outcome.idle() <= 0.02, outcome.toString());
        assertTrue(outcome.tail() <= 0.02, outcome.toString());
        // What the driver holds: a few numbers for each chunk, and the tasks of two waves.
        assertTrue(outcome.chunks() <= 1_100_000, outcome.toString());
        assertTrue(outcome.mostTasks() <= 20_000, outcome.toString());
    }

    @Test
    void noSlotWaitsForAWaveToEnd() {
        Outcome calm = new ClusterSimulation(mistral7b(1_000_000, 10, 1e9, 0, 0, 0)).run();
        assertEquals(0, calm.lost());
        assertEquals(calm.tail(), calm.idle(), 1e-3, calm.toString());
        Outcome slow = new ClusterSimulation(mistral7b(1_000_000, 100, 1e9, 0, 0.05, 0)).run();
        assertEquals(slow.tail(), slow.idle(), 1e-3, slow.toString());
        assertTrue(slow.tail() <= 0.02, slow.toString());
    }
}
