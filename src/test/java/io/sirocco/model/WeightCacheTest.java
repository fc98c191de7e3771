package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.PackedWeights;
import io.sirocco.weights.WeightCache;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models are packed once per host, whatever becomes of the cache and whoever else uses it. */
class WeightCacheTest {

    private static final String DATA = "panels.bin";

    @TempDir
    private Path folder;

    private Path model;
    private Path home;
    private Path packed;

    @BeforeEach
    void copyModel() throws IOException {
        model = Files.createDirectories(folder.resolve("model"));
        home = folder.resolve("home");
        packed = home.resolve("packed");
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(Goldens.resource("mistral-window4-worked").resolve(file), model.resolve(file));
        }
    }

    private WeightCache cache() {
        return WeightCache.of(Map.of("SIROCCO_HOME", home.toString()));
    }

    private Optional<PackedWeights> weights() {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            return ModelPacker.packed(checkpoint, cache());
        }
    }

    private static List<Path> entries(Path packed) throws IOException {
        try (Stream<Path> files = Files.list(packed)) {
            return files.filter(
                            file -> Files.isDirectory(file) && !file.toString().endsWith(".partial"))
                    .sorted()
                    .toList();
        }
    }

    private static Path entry(Path packed) throws IOException {
        List<Path> entries = entries(packed);
        assertEquals(1, entries.size(), entries.toString());
        return entries.getFirst();
    }

    private Path entry() throws IOException {
        return entry(packed);
    }

    /** Tells a file from one that has taken its place. */
    private static String inode(Path entry) throws IOException {
        return Files.getAttribute(entry.resolve(DATA), "unix:ino").toString();
    }

    @Test
    void aModelIsPackedOnceAndGivesTheSameBits() throws IOException {
        assertTrue(weights().isPresent());
        String first = inode(entry());
        Optional<PackedWeights> again = weights();
        assertEquals(first, inode(entry()));
        try (Session fromCache = Session.open(model, again, 2);
                Session inMemory = Session.open(model, 2)) {
            int[] ids = {1, 5, 9, 33, 17};
            assertArrayEquals(inMemory.logits(ids, 5), fromCache.logits(ids, 5));
        }
    }

    @Test
    void aDamagedEntryIsPackedAgain() throws IOException {
        weights();
        byte[] sound = Files.readAllBytes(entry().resolve(DATA));
        byte[] damaged = sound.clone();
        damaged[sound.length - 1] ^= 4;
        Files.write(entry().resolve(DATA), damaged);
        weights().orElseThrow().verify();
        assertArrayEquals(sound, Files.readAllBytes(entry().resolve(DATA)));
        Files.delete(entry().resolve(DATA));
        weights().orElseThrow().verify();
        Path header = entry().resolve("panels.json");
        Files.writeString(header, Files.readString(header).replaceFirst("\"layout\" : [0-9]+", "\"layout\" : 99"));
        weights().orElseThrow().verify();
    }

    @Test
    void changedFilesAndOtherCopiesAreOtherModels() throws IOException {
        weights();
        Files.setLastModifiedTime(model.resolve("model.safetensors"), FileTime.from(Instant.ofEpochSecond(1_000_000)));
        weights();
        assertEquals(2, entries(packed).size());
        model = Files.move(model, folder.resolve("moved"));
        weights();
        assertEquals(3, entries(packed).size());
    }

    @Test
    void whatAKilledProcessLeftIsNoHindrance() throws IOException {
        weights();
        Path left = Path.of(entry() + ".partial");
        Files.move(entry(), left);
        Files.write(left.resolve(DATA), new byte[1 << 20]);
        weights().orElseThrow().verify();
        entry();
    }

    @Test
    void withoutACacheTheWeightsArePackedIntoMemory() throws IOException {
        Files.createDirectories(home);
        Files.writeString(packed, "a file where the folder should be");
        assertTrue(weights().isEmpty());
    }

    @Test
    void aPackedModelIsNotPackedAgain() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            ModelPacker.pack(checkpoint, folder.resolve("out"), Optional.empty());
        }
        model = folder.resolve("out");
        assertTrue(weights().isPresent());
        assertTrue(Files.notExists(packed));
    }

    /** Another process: packs the model that it is given into a cache, and writes down which file it then has. */
    static final class Loader {
        private Loader() {}

        public static void main(String[] arguments) throws IOException {
            Path home = Path.of(arguments[1]);
            try (Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[0]))) {
                WeightCache cache = WeightCache.of(Map.of("SIROCCO_HOME", home.toString()));
                ModelPacker.packed(checkpoint, cache).orElseThrow().verify();
            }
            Files.writeString(Path.of(arguments[2]), inode(entry(home.resolve("packed"))));
        }
    }

    @Test
    @Timeout(60)
    void oneProcessPacksAndTheOthersWait() throws Exception {
        weights();
        Path lock = Path.of(entry() + ".lock");
        List<Path> seen = List.of(folder.resolve("first"), folder.resolve("second"));
        List<Process> loaders = new ArrayList<>();
        try {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                Files.move(entry(), folder.resolve("aside"));
                for (Path file : seen) {
                    loaders.add(start(file));
                }
                // Time for both to come to the lock; if they did not need it, there would be an entry.
                for (Process loader : loaders) {
                    assertFalse(loader.waitFor(3, TimeUnit.SECONDS), "a process did not wait for the lock");
                }
                assertTrue(entries(packed).isEmpty(), entries(packed).toString());
            }
            for (Process loader : loaders) {
                assertTrue(loader.waitFor(30, TimeUnit.SECONDS));
                assertEquals(0, loader.exitValue());
            }
            for (Path file : seen) {
                assertEquals(inode(entry()), Files.readString(file), "packed twice");
            }
        } finally {
            loaders.forEach(Process::destroyForcibly);
        }
    }

    private Process start(Path seen) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "--add-modules=jdk.incubator.vector",
                        Loader.class.getName(),
                        model.toString(),
                        home.toString(),
                        seen.toString())
                .inheritIO();
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.start();
    }
}
