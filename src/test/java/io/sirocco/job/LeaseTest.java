package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run at a time writes an output. */
class LeaseTest {

    private final Path file;

    LeaseTest(@TempDir Path folder) {
        file = folder.resolve("_sirocco").resolve("lease");
    }

    private Lease take() {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
        return Lease.take(new org.apache.hadoop.fs.Path(file.toString()), "answers", configuration);
    }

    private String refusal() {
        return assertThrows(JobException.class, this::take).getMessage();
    }

    private void write(LeaseHolder holder, int secondsAgo) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new JsonMapper().writeValueAsBytes(holder));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    }

    private static LeaseHolder elsewhere() {
        return new LeaseHolder(
                "other", "far", "another machine", ProcessHandle.current().pid(), 0);
    }

    @Test
    void aSecondIsRefusedUntilTheFirstEnds() {
        try (Lease _ = take()) {
            String said = refusal();
            assertTrue(
                    said.startsWith("output answers is being written by another run, process "
                            + ProcessHandle.current().pid() + " on "),
                    said);
            assertTrue(said.endsWith("; wait for its end, stop it, or choose another output"), said);
        }
        assertFalse(Files.exists(file));
        take().close();
    }

    @Test
    void thatOfAProcessOfThisMachineThatIsGoneIsTakenOverAtOnce() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        LeaseHolder self = LeaseHolder.self("gone");
        write(new LeaseHolder("gone", self.host(), self.machine(), gone.pid(), self.started()), 0);
        take().close();
    }

    @Test
    void thatOfAnotherMachineIsTakenOverWhenItHasNotBeenRenewedForAMinute() throws IOException {
        write(elsewhere(), 20);
        String said = refusal();
        assertTrue(
                said.matches(
                        "output answers is being written by another run, process \\d+ on far, which said so 2\\d s ago; "
                                + "wait for its end or stop it. If it was killed, try again in [34]\\d s"),
                said);
        assertTrue(Files.readString(file).contains("far"));
        write(elsewhere(), 61);
        take().close();
    }

    @Test
    void oneThatCannotBeReadCountsAsHeldForAMinute() throws IOException {
        write(elsewhere(), 0);
        Files.writeString(file, "");
        assertTrue(refusal().startsWith("output answers is being written by another run, which said so "));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(61)));
        take().close();
    }

    @Test
    void ofManyWhoFindItLeftBehindOneTakesIt() throws Exception {
        int runs = 8;
        for (int round = 0; round < 20; round++) {
            write(elsewhere(), 61);
            try (ExecutorService threads = Executors.newFixedThreadPool(runs)) {
                List<Future<Lease>> all = new ArrayList<>();
                for (int i = 0; i < runs; i++) {
                    all.add(threads.submit(this::take));
                }
                List<Lease> taken = new ArrayList<>();
                for (Future<Lease> one : all) {
                    try {
                        taken.add(one.get());
                    } catch (ExecutionException e) {
                        assertEquals(JobException.class, e.getCause().getClass(), e.toString());
                    }
                }
                assertEquals(1, taken.size());
                taken.getFirst().close();
            }
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void whoeverHasLostItIsInterruptedAndLeavesItToTheOther() throws IOException {
        Lease lease = take();
        lease.beat();
        assertFalse(lease.isLost());
        write(elsewhere(), 0);
        lease.beat();
        assertTrue(Thread.interrupted());
        assertTrue(lease.isLost());
        lease.close();
        assertTrue(Files.readString(file).contains("far"));
    }

    @Test
    void itIsTakenAgainWhenAllFilesHaveBeenDeletedUnlessAnotherWasFaster() throws IOException {
        try (Lease lease = take()) {
            Files.delete(file);
            lease.retake("answers");
            assertTrue(Files.exists(file));
            Files.delete(file);
            write(elsewhere(), 0);
            assertThrows(JobException.class, () -> lease.retake("answers"));
            assertTrue(lease.isLost());
        }
    }
}
