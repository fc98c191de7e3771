package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models on a Hadoop file system, which here is the local disk under another scheme. */
class HadoopSourceTest {

    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final AtomicInteger LENGTH_LIES_BY = new AtomicInteger();

    /** The local disk as {@code far:///}; counts the files that are read, and can lie about a length. */
    public static final class FarFileSystem extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("far:///");
        }

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
            OPENED.incrementAndGet();
            return super.open(path, bufferSize);
        }

        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            FileStatus status = super.getFileStatus(path);
            return new FileStatus(
                    status.getLen() + LENGTH_LIES_BY.get(),
                    status.isDirectory(),
                    1,
                    1024,
                    status.getModificationTime(),
                    status.getPath());
        }
    }

    @TempDir
    private Path folder;

    private Path remote;

    @BeforeEach
    void aModelOfTwoFilesAndOthers() throws IOException {
        OPENED.set(0);
        LENGTH_LIES_BY.set(0);
        remote = Files.createDirectories(folder.resolve("remote/model"));
        Files.writeString(remote.resolve("config.json"), "{}");
        Files.writeString(remote.resolve("model.safetensors"), "weights");
        Files.writeString(remote.resolve("pytorch_model.bin"), "pickle");
        Files.writeString(remote.resolve("_SUCCESS"), "");
    }

    private Path resolve(String path) {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.far.impl", FarFileSystem.class.getName());
        configuration.setBoolean("fs.far.impl.disable.cache", true);
        return ModelSource.of(Map.of("SIROCCO_HOME", folder.resolve("home").toString()))
                .withHadoop(configuration)
                .resolve("far://" + path, PullProgress.NONE);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aDirectoryIsCopiedOnceWhoeverAsks() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Path>> asked = IntStream.range(0, 4)
                    .mapToObj(i -> threads.submit(() -> resolve(remote.toString())))
                    .toList();
            Path copy = asked.getFirst().get();
            for (Future<Path> other : asked) {
                assertEquals(copy, other.get());
            }
            assertEquals(List.of("config.json", "model.safetensors"), names(copy));
            assertEquals("weights", Files.readString(copy.resolve("model.safetensors")));
            assertEquals(2, OPENED.get());
        }
    }

    @Test
    void aFileIsCopiedUnderItsName() throws IOException {
        Path gguf = Files.writeString(remote.resolve("tiny.gguf"), "GGUF");
        Path copy = resolve(gguf.toString());
        assertEquals("tiny.gguf", copy.getFileName().toString());
        assertEquals("GGUF", Files.readString(copy));
    }

    @Test
    void aModelThatWasReplacedIsCopiedAnew() throws IOException {
        Path before = resolve(remote.toString());
        Files.writeString(remote.resolve("model.safetensors"), "other weights");
        Path after = resolve(remote.toString());
        assertNotEquals(before, after);
        assertEquals("other weights", Files.readString(after.resolve("model.safetensors")));
    }

    @Test
    void aFileOfAnotherLengthThanListedIsRefusedAndLeavesNoModel() throws IOException {
        Path gguf = Files.writeString(remote.resolve("tiny.gguf"), "GGUF");
        LENGTH_LIES_BY.set(3);
        ModelException e = assertThrows(ModelException.class, () -> resolve(gguf.toString()));
        assertTrue(e.getMessage().contains("gave 4 bytes; its length was 7"), e.getMessage());
        String left = names(folder.resolve("home/models/hadoop")).stream().collect(Collectors.joining(" "));
        assertFalse(left.matches(".*tiny\\.gguf-[0-9a-f]+( .*)?$") && !left.contains(".partial"), left);
        LENGTH_LIES_BY.set(0);
        assertEquals("GGUF", Files.readString(resolve(gguf.toString())));
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        ModelException e = assertThrows(ModelException.class, () -> resolve("/no/such/model"));
        assertEquals("model \"far:///no/such/model\" does not exist", e.getMessage());
    }
}
