package io.sirocco.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.job.KilledEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sirocco submit -- evaluate} on a real cluster of two workers, whose driver is killed in the middle of its work. */
@Tag("packaged")
class SubmitEvaluationTest {

    private static final int PATIENCE_SECONDS = 180;

    @TempDir
    private Path folder;

    @BeforeAll
    static void theBuildIsNew() throws IOException {
        Files.setLastModifiedTime(Path.of("target", "classpath"), FileTime.from(Instant.now()));
    }

    @Test
    void theSameCommandFinishesOnTheClusterWhatAKilledDriverHasLeft() throws Exception {
        KilledEvaluation evaluation = new KilledEvaluation(folder);
        SparkHome home = SparkHome.ofTheBuild(folder.resolve("spark"));
        try (StandaloneCluster cluster = new StandaloneCluster(home, folder.resolve("daemons"), 2, 1)) {
            Process first = submit(home, cluster, evaluation);
            try {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                while (evaluation.files().size() < 2) {
                    assertTrue(first.isAlive() && System.nanoTime() < deadline, this::said);
                    Thread.sleep(20);
                }
            } finally {
                first.destroyForcibly().waitFor();
            }
            Map<String, Long> files = evaluation.files();
            int before = evaluation.answered();
            assertTrue(before > 0 && before < evaluation.requests(), before + " requests");
            Process second = submit(home, cluster, evaluation);
            try {
                assertTrue(second.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), this::said);
                assertEquals(0, second.exitValue(), this::said);
            } finally {
                second.destroyForcibly().waitFor();
            }
            evaluation.assertFinishedAsIfUndisturbed(before, files);
        }
    }

    private Process submit(SparkHome home, StandaloneCluster cluster, KilledEvaluation evaluation) throws IOException {
        List<String> command = new ArrayList<>(List.of("./sirocco", "submit", "--master", cluster.url()));
        command.addAll(List.of("--driver-memory", "1g", "--executor-memory", "1g"));
        command.addAll(List.of("--conf", "spark.executor.cores=1", "--conf", "spark.driver.host=127.0.0.1", "--"));
        command.addAll(evaluation.command());
        return home.command(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("run.log").toFile())
                .start();
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("run.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
