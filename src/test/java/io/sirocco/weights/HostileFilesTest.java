package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever bytes a file holds, a reader ends with a sound list of tensors or a {@link ModelException}, and never anything else. */
class HostileFilesTest {
    private static final byte[] SAFETENSORS = safetensors();
    private static final byte[] GGUF = gguf();

    /** A change of a file: {@code count} bytes from {@code offset} become {@code bytes}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Edit(double offset, int count, byte[] bytes) {
        /** Offsets are fractions of the header, where damage matters. */
        byte[] apply(byte[] file, int headerBytes) {
            int begin = (int) (offset * headerBytes);
            int end = Math.min(file.length, begin + count);
            byte[] edited = new byte[file.length - (end - begin) + bytes.length];
            System.arraycopy(file, 0, edited, 0, begin);
            System.arraycopy(bytes, 0, edited, begin, bytes.length);
            System.arraycopy(file, end, edited, begin + bytes.length, file.length - end);
            return edited;
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void damagedSafetensors(@ForAll("edits") List<Edit> edits) {
        byte[] file = SAFETENSORS;
        for (Edit edit : edits) {
            file = edit.apply(file, 8 + headerBytes(SAFETENSORS));
        }
        // Half of the damage is hidden behind a right header length, or nearly all would be refused for that.
        if (file.length > 8 && edits.size() % 2 == 0) {
            int header = headerBytes(SAFETENSORS) + file.length - SAFETENSORS.length;
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header);
        }
        soundOrRefused(file, bytes -> SafetensorsBytes.parse(bytes).tensors().values());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void damagedGguf(@ForAll("edits") List<Edit> edits) {
        byte[] file = GGUF;
        for (Edit edit : edits) {
            file = edit.apply(file, GGUF.length - 2048);
        }
        soundOrRefused(file, bytes -> GgufBytes.parse(bytes).tensors().values());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void generatedSafetensors(@ForAll("headers") String header, @ForAll("sizes") long dataBytes) {
        int data = Math.clamp(dataBytes, 0, 64);
        soundOrRefused(
                SafetensorsBytes.of(header, data),
                bytes -> SafetensorsBytes.parse(bytes).tensors().values());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void generatedGguf(@ForAll("ggufs") byte[] file) {
        soundOrRefused(file, bytes -> GgufBytes.parse(bytes).tensors().values());
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void truncatedFiles(@ForAll double at) {
        double fraction = Math.abs(at % 1);
        byte[] gguf = Arrays.copyOf(GGUF, (int) (fraction * GGUF.length));
        byte[] safetensors = Arrays.copyOf(SAFETENSORS, (int) (fraction * SAFETENSORS.length));
        assertTrue(refused(() -> GgufBytes.parse(gguf)));
        assertTrue(refused(() -> SafetensorsBytes.parse(safetensors)));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void damagedModelDirectories(@ForAll("edits") List<Edit> edits) throws IOException {
        Path worked = Goldens.resource("mistral-window4-worked");
        Path directory = Files.createTempDirectory("damaged");
        try {
            for (String name : List.of("config.json", "model.safetensors")) {
                byte[] file = Files.readAllBytes(worked.resolve(name));
                for (Edit edit : edits) {
                    file = edit.apply(file, Math.min(file.length, 2088));
                }
                Files.write(directory.resolve(name), file);
            }
            refused(() -> Checkpoint.open(directory).close());
        } finally {
            Files.deleteIfExists(directory.resolve("config.json"));
            Files.deleteIfExists(directory.resolve("model.safetensors"));
            Files.delete(directory);
        }
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        Arbitrary<byte[]> bytes =
                Arbitraries.bytes().array(byte[].class).ofMinSize(0).ofMaxSize(9);
        return Combinators.combine(
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.integers().between(0, 9),
                        bytes)
                .as((offset, count, replacement) ->
                        // Mostly in place: a shifted GGUF header is refused at the first field after the edit.
                        new Edit(offset, count < 7 ? replacement.length : count, replacement))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** Numbers on the edge of something. */
    @Provide
    Arbitrary<Long> sizes() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 64),
                Arbitraries.of(-1L, 1L << 31, 1L << 32, (1L << 62) + 1, Long.MAX_VALUE, Long.MIN_VALUE, -32L));
    }

    @Provide
    Arbitrary<String> headers() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "c", "__metadata__", "model.norm.weight", "\\ud800", "");
        Arbitrary<String> types = Arbitraries.of("F32", "BF16", "U8", "I64", "F4", "");
        Arbitrary<String> shapes = sizes().list().ofMaxSize(9).map(List::toString);
        return Combinators.combine(names, types, shapes, sizes(), sizes())
                .as(SafetensorsBytes::entry)
                .list()
                .ofMaxSize(4)
                .map(entries -> "{" + String.join(",", entries) + "}");
    }

    @Provide
    Arbitrary<byte[]> ggufs() {
        Arbitrary<Function<GgufBytes, GgufBytes>> pairs = Combinators.combine(
                        Arbitraries.of("general.alignment", "general.architecture", "a", "b"),
                        Arbitraries.integers().between(0, 14),
                        Arbitraries.oneOf(
                                Arbitraries.bytes().array(byte[].class).ofMaxSize(24),
                                sizes().map(size ->
                                        GgufBytes.buffer(8).putLong(size).array()),
                                Combinators.combine(Arbitraries.integers().between(0, 13), sizes())
                                        .as((type, size) -> GgufBytes.buffer(12 + Math.clamp(size, 0, 64))
                                                .putInt(type)
                                                .putLong(size)
                                                .array())))
                .as((key, type, value) -> file -> file.pair(key, type, value));
        Arbitrary<Function<GgufBytes, GgufBytes>> tensors = Combinators.combine(
                        Arbitraries.of("a", "b", "c"),
                        Arbitraries.integers().between(0, 40),
                        sizes(),
                        sizes().array(long[].class).ofMaxSize(5))
                .as((name, type, offset, shape) -> file -> file.tensorAt(name, type, offset / 32 * 32, shape));
        Arbitrary<Function<GgufBytes, GgufBytes>> counts = Combinators.combine(sizes(), sizes())
                .as((tensorCount, pairCount) -> file -> file.counts(tensorCount, pairCount));
        return Combinators.combine(
                        Arbitraries.frequencyOf(Tuple.of(3, pairs), Tuple.of(6, tensors), Tuple.of(1, counts))
                                .list()
                                .ofMaxSize(5),
                        Arbitraries.integers().between(0, 512))
                .as((steps, data) -> {
                    GgufBytes file = new GgufBytes();
                    for (Function<GgufBytes, GgufBytes> step : steps) {
                        file = step.apply(file);
                    }
                    return file.dataBytes(data).bytes();
                });
    }

    private static void soundOrRefused(byte[] file, Function<byte[], Collection<StoredTensor>> parse) {
        refused(() -> {
            List<StoredTensor> tensors = parse.apply(file).stream()
                    .sorted(Comparator.comparingLong(
                                    (StoredTensor tensor) -> tensor.data().address())
                            .thenComparingLong(tensor -> tensor.data().byteSize()))
                    .toList();
            MemorySegment whole = MemorySegment.ofArray(file);
            long end = whole.address();
            for (StoredTensor tensor : tensors) {
                assertTrue(tensor.data().address() >= end, () -> tensor + " overlaps another tensor");
                end = tensor.data().address() + tensor.data().byteSize();
                long values = tensor.shape().stream().reduce(1L, Math::multiplyExact);
                assertEquals(values == 0, tensor.data().byteSize() == 0, tensor::toString);
            }
            assertTrue(end <= whole.address() + whole.byteSize());
        });
    }

    /** Whether it was refused as people are told; anything else but success fails the test. */
    private static boolean refused(Runnable reading) {
        try {
            reading.run();
            return false;
        } catch (ModelException e) {
            assertTrue(e.getMessage().lines().count() == 1 && e.getMessage().length() < 1000, e.getMessage());
            return true;
        }
    }

    private static int headerBytes(byte[] safetensors) {
        return (int) ByteBuffer.wrap(safetensors).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    }

    private static byte[] safetensors() {
        Path file = Goldens.resource("mistral-window4-worked").resolve("model.safetensors");
        return SafetensorsBytes.of(
                SafetensorsBytes.read(file).tensors().values().stream().limit(4).toList());
    }

    private static byte[] gguf() {
        return GgufBytes.llama()
                .u32("general.alignment", 32)
                .string("tokenizer.ggml.model", "gpt2")
                .pair("scores", 9, GgufBytes.buffer(20).putInt(6).putLong(2).array())
                .tensor("token_embd.weight", GgmlType.Q8_0, 8, 32, 8)
                .tensor("blk.0.attn_q.weight", GgmlType.Q4_1, 3, 64, 2)
                .tensor("output.weight", GgmlType.Q6_K, 14, 256, 2)
                .tensor("output_norm.weight", GgmlType.F32, 0, 256)
                .bytes();
    }
}
