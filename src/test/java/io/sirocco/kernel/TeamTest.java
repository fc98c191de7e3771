package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TeamTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everyItemOfEveryPhaseIsTakenOnce(int workers) {
        try (Team team = new Team(workers)) {
            for (int run = 0; run < 200; run++) {
                AtomicIntegerArray taken = new AtomicIntegerArray(3 * 10);
                team.run(worker -> {
                    for (int phase = 0; phase < 3; phase++) {
                        for (int i = worker.next(); i < 10; i = worker.next()) {
                            taken.incrementAndGet(phase * 10 + i);
                        }
                        worker.barrier();
                    }
                });
                for (int i = 0; i < 30; i++) {
                    assertEquals(1, taken.get(i), "item " + i + " of run " + run);
                }
            }
        }
    }

    @Test
    void aBarrierMakesTheWritesOfAllVisible() {
        try (Team team = new Team(3)) {
            int[] written = new int[3];
            int[] sums = new int[3];
            team.run(worker -> {
                for (int i = 1; i <= 1000; i++) {
                    written[worker.index()] = i;
                    worker.barrier();
                    sums[worker.index()] += Arrays.stream(written).sum() - 3 * i;
                    worker.barrier();
                }
            });
            assertEquals(0, Arrays.stream(sums).sum());
        }
    }

    @Test
    void theCallerIsWorkerZeroWhicheverThreadItIs() throws InterruptedException {
        try (Team team = new Team(2)) {
            Set<String> zeros = ConcurrentHashMap.newKeySet();
            Runnable run = () -> team.run(worker -> {
                worker.barrier();
                if (worker.index() == 0) {
                    zeros.add(Thread.currentThread().getName());
                }
            });
            run.run();
            Thread other = new Thread(run, "another caller");
            other.start();
            other.join();
            assertEquals(Set.of(Thread.currentThread().getName(), "another caller"), zeros);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void anExceptionReleasesTheOthersAndIsRethrown(int culprit) {
        try (Team team = new Team(3)) {
            IllegalStateException thrown = new IllegalStateException("from worker " + culprit);
            for (int i = 0; i < 50; i++) {
                assertSame(
                        thrown,
                        assertThrows(
                                IllegalStateException.class,
                                () -> team.run(worker -> {
                                    worker.barrier();
                                    if (worker.index() == culprit) {
                                        throw thrown;
                                    }
                                    worker.next();
                                    worker.barrier();
                                    worker.barrier();
                                })));
                assertEquals(0, thrown.getSuppressed().length);
                AtomicInteger after = new AtomicInteger();
                team.run(worker -> {
                    for (int k = worker.next(); k < 7; k = worker.next()) {
                        after.incrementAndGet();
                    }
                    worker.barrier();
                });
                assertEquals(7, after.get());
            }
        }
    }

    @Test
    void runWithinARunIsRefused() {
        try (Team team = new Team(1)) {
            assertThrows(IllegalStateException.class, () -> team.run(a -> team.run(b -> {})));
        }
    }

    @Test
    void closeEndsTheThreads() {
        Set<Thread> others = threads();
        Team team = new Team(4);
        team.run(worker -> {});
        Set<Thread> started = threads();
        started.removeAll(others);
        assertEquals(3, started.size());
        team.close();
        team.close();
        assertTrue(started.stream().noneMatch(Thread::isAlive));
        assertThrows(IllegalStateException.class, () -> team.run(worker -> {}));
    }

    @Test
    void idleWorkersPark() throws InterruptedException {
        Set<Thread> others = threads();
        try (Team team = new Team(2)) {
            team.run(worker -> {});
            Thread.sleep(50);
            Set<Thread> workers = threads();
            workers.removeAll(others);
            assertEquals(1, workers.size());
            assertFalse(workers.stream().anyMatch(t -> t.getState() == Thread.State.RUNNABLE));
        }
    }

    /** Workers of all teams in this JVM; tests before this one may have left an engine running. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("sirocco-worker-"))
                .collect(Collectors.toSet());
    }
}
