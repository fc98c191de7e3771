package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The choice is made once in a JVM, so each test starts one. */
class ProviderLookupTest {

    private static final String MODULE = "--add-modules=jdk.incubator.vector";

    /** Prints the name of what was chosen, after it has computed something. */
    public static final class Chosen {
        public static void main(String[] args) {
            float[] y = new float[16];
            try (Team team = new Team(1)) {
                team.run(worker -> Kernels.get().rmsNorm(new float[16], 0, new float[16], 1f, y, 0, 16, worker));
            }
            System.out.println("chosen: " + Kernels.get().name());
        }
    }

    @Test
    void withoutTheModuleTheKernelsAreScalarAndSayWhichFlagIsMissing() throws IOException, InterruptedException {
        String output = run();
        assertTrue(output.contains("chosen: scalar"), output);
        assertEquals(2, output.split("WARN.*" + MODULE, -1).length, output);
    }

    @Test
    void withTheModuleTheyAreVectorsOfTheWidthAskedFor() throws IOException, InterruptedException {
        String output = run(MODULE, "-Dsirocco.kernels=256");
        assertTrue(output.contains("chosen: Vector API, 256 bits"), output);
        assertEquals(2, output.split("INFO.*kernels: Vector API, 256 bits", -1).length, output);
    }

    @Test
    void aWidthThatDoesNotExistIsRefused() throws IOException, InterruptedException {
        String output = run(MODULE, "-Dsirocco.kernels=64");
        assertTrue(output.contains("-Dsirocco.kernels is \"64\"; expected scalar, 128, 256 or 512"), output);
    }

    private static String run(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Collections.addAll(command, flags);
        Collections.addAll(
                command, "-Dlog4j2.level=INFO", "-cp", System.getProperty("java.class.path"), Chosen.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
