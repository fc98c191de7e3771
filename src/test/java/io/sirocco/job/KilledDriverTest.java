package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.cli.SiroccoProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of a local job ends in the middle of its work; the same command goes on with it. */
class KilledDriverTest {

    @Test
    void theSameCommandFinishesAJobThatWasKilledTwiceAndTerminatedOnce(@TempDir Path folder) throws Exception {
        KilledJob job = new KilledJob(folder);
        int before = 0;
        for (int kill = 0; kill < 2; kill++) {
            try (SiroccoProcess run = job.start(List.of(), "--master", "local[2]")) {
                int files = job.files();
                run.await(() -> job.files() > files + 1);
                run.kill();
            }
            int committed = job.committed();
            assertTrue(before < committed && committed < job.rows(), committed + " rows after " + before);
            before = committed;
        }
        try (SiroccoProcess run = job.start(List.of(), "--master", "local[2]")) {
            int files = job.files();
            run.await(() -> job.files() > files + 1);
            run.terminate();
            assertEquals(130, run.await(), run::toString);
            int committed = job.committed();
            assertTrue(before < committed && committed < job.rows(), committed + " rows after " + before);
            String last = run.said().lines().toList().getLast();
            assertEquals(
                    "sirocco: interrupted; N of %d rows are in %s; the same command goes on"
                            .formatted(job.rows(), folder.resolve("output")),
                    last.replaceFirst("[0-9]+ of", "N of"));
            int told = Integer.parseInt(last.replaceFirst(".* ([0-9]+) of.*", "$1"));
            assertTrue(before <= told && told <= committed, last + ", and there are " + committed);
            assertFalse(Files.exists(folder.resolve("output/_SUCCESS")));
        }
        try (SiroccoProcess run = job.start(List.of(), "--master", "local[2]")) {
            assertEquals(0, run.await(), run::toString);
        }
        job.assertFinishedAsIfUndisturbed();
    }

    @Test
    void aSecondRunOnOneOutputIsRefusedAndDisturbsNothing(@TempDir Path folder) throws Exception {
        KilledJob job = new KilledJob(folder);
        LocalJob.spark(); // which takes longer than the job
        try (SiroccoProcess run = job.start(List.of(), "--master", "local[2]")) {
            run.await(() -> job.files() > 1);
            String said = job.refusal();
            assertTrue(
                    said.startsWith(
                            "output " + folder.resolve("output") + " is being written by another run, process "),
                    said);
            assertEquals(0, run.await(), run::toString);
        }
        job.assertFinishedAsIfUndisturbed();
    }
}
