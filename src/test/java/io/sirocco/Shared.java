package io.sirocco;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The large reference data that lies beside a checkout, where there is any. */
public final class Shared {
    private static final Path ROOT = Path.of("..", "shared");

    private Shared() {}

    /** A path in ../shared; the calling test is skipped, saying so, where the folder is absent. */
    public static Path path(String first, String... more) {
        Path path = ROOT.resolve(Path.of(first, more));
        assumeTrue(Files.exists(path), () -> path + " is absent: the large reference data is not beside this checkout");
        return path;
    }
}
