package io.sirocco;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirocco.weights.ModelException;
import io.sirocco.weights.ModelSource;
import io.sirocco.weights.PullProgress;
import java.nio.file.Path;

/** The demo's model, SmolLM2-135M-Instruct with its real weights, for tests on them. */
public final class SmolLm2 {
    private SmolLm2() {}

    /** Its GGUF file, pulled as the demo pulls it; the calling test is skipped, saying so, where it cannot be had. */
    public static Path path() {
        assumeTrue(Pull.PATH != null, "smollm2-135m is neither in the cache nor can it be pulled");
        return Pull.PATH;
    }

    /** Tried, and its failure told, once per JVM: where there is no network, each attempt takes seconds. */
    private static final class Pull {
        private static final Path PATH = pull();

        private static Path pull() {
            try {
                return ModelSource.fromEnvironment().resolve("smollm2-135m", PullProgress.NONE);
            } catch (ModelException e) {
                System.err.println("Tests on SmolLM2's weights are skipped: " + e.getMessage());
                return null;
            }
        }
    }
}
