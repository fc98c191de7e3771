package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PullBetweenProcessesTest {
    private static final String MODEL = "hf://org/tiny";
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path home;

    /** The other process: pulls with the settings of its environment. */
    static final class Puller {
        private Puller() {}

        public static void main(String[] arguments) {
            ModelSource.fromEnvironment().resolve(MODEL, PullProgress.NONE);
        }
    }

    @Test
    @Timeout(60)
    void pullWaitsForAnotherProcessAndGoesOnWhereThatOneWasKilled() throws Exception {
        byte[] weights = new byte[2_000_000];
        new Random(3).nextBytes(weights);
        try (FakeHub hub = new FakeHub()) {
            hub.files.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
            hub.files.put(WEIGHTS, weights);
            hub.stallsIn = WEIGHTS;
            Process other = start(hub);
            try {
                Path part = home.resolve("models/hf/org/tiny")
                        .resolve(FakeHub.COMMIT + ".partial")
                        .resolve(WEIGHTS + ".part");
                while (!Files.exists(part) || Files.size(part) < weights.length / 2) {
                    assertTrue(other.isAlive(), "the other process ended too soon");
                    Thread.sleep(5);
                }
                hub.stallsIn = "";
                boolean[] waited = new boolean[1];
                Path path = source(hub).resolve(MODEL, new PullProgress() {
                    @Override
                    public void received(String file, long done, long total) {
                        assertFalse(other.isAlive(), "both pull at once");
                    }

                    @Override
                    public void waitingFor(Path lock) {
                        waited[0] = true;
                        assertFalse(
                                Files.exists(home.resolve("models/hf/org/tiny").resolve(FakeHub.COMMIT)));
                        kill(other);
                    }
                });
                assertTrue(waited[0], "the lock was not seen");
                assertArrayEquals(weights, Files.readAllBytes(path.resolve(WEIGHTS)));
                assertEquals("bytes=1000000-", hub.downloads(WEIGHTS).getLast().header("Range"));
                assertEquals(1, hub.downloads("config.json").size());
            } finally {
                other.destroyForcibly();
            }
        }
    }

    private static void kill(Process process) {
        try {
            assertTrue(process.destroyForcibly().waitFor(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Process start(FakeHub hub) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder =
                new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", Puller.class.getName()).inheritIO();
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment(hub));
        return builder.start();
    }

    private ModelSource source(FakeHub hub) {
        return ModelSource.of(
                environment(hub),
                Catalogue.load(),
                "python3",
                new RetryPolicy(3, Duration.ofMillis(2), Duration.ofSeconds(5)));
    }

    private Map<String, String> environment(FakeHub hub) {
        return Map.of("SIROCCO_HOME", home.toString(), "HF_ENDPOINT", hub.url());
    }
}
