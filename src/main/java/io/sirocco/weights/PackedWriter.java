package io.sirocco.weights;

import io.sirocco.kernel.Parallel;
import io.sirocco.kernel.RowMatrix;
import io.sirocco.weights.PackedHeader.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Packs weights into a directory that {@link PackedWeights} reads. A few megabytes at a time are packed into memory and written from
 * there: a mapping would be shorter, but on a full disk it kills the process.
 */
final class PackedWriter {
    private static final long CHUNK_BYTES = 4 << 20;

    /** Some panels of a matrix, and where they go. */
    private record Chunk(String name, RowMatrix matrix, int first, int count, long offset) {}

    private PackedWriter() {}

    /**
     * Writes the weights; what the directory had of them is replaced.
     *
     * @param fingerprint of the checkpoint they are
     * @param vectors as they are stored
     * @param matrices by name
     * @throws ModelException naming a matrix that cannot be packed
     */
    static void write(Path directory, String fingerprint, Collection<Tensor> vectors, Map<String, RowMatrix> matrices)
            throws IOException {
        Path data = directory.resolve(PackedWeights.DATA);
        List<Entry> entries = new ArrayList<>();
        List<Chunk> chunks = new ArrayList<>();
        try (FileChannel out = FileChannel.open(
                data, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (Tensor vector : vectors) {
                PackedHeader.append(entries, vector.name(), vector.type(), vector.shape(), "");
                write(out, vector.data(), entries.getLast().offset());
            }
            matrices.forEach((name, matrix) -> {
                PackedHeader.append(
                        entries, name, matrix.type(), List.of((long) matrix.rows(), (long) matrix.columns()), "");
                cut(chunks, name, matrix, entries.getLast().offset());
            });
            requireRoom(directory, entries.getLast().end());
            Parallel.forEach(chunks.size(), i -> pack(chunks.get(i), out));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        withChecksums(new PackedHeader(fingerprint, entries), data).write(directory.resolve(PackedWeights.HEADER));
    }

    private static void cut(List<Chunk> chunks, String name, RowMatrix matrix, long offset) {
        int most = Math.toIntExact(Math.max(1, CHUNK_BYTES / matrix.panelBytes()));
        for (int first = 0; first < matrix.panels(); first += most) {
            int count = Math.min(most, matrix.panels() - first);
            chunks.add(new Chunk(name, matrix, first, count, offset + first * matrix.panelBytes()));
        }
    }

    private static void requireRoom(Path directory, long bytes) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < bytes) {
            throw new IOException(
                    "the weights take " + (bytes >> 20) + " MiB there, and only " + (free >> 20) + " MiB are free");
        }
    }

    private static void pack(Chunk chunk, FileChannel out) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment panels = arena.allocate(chunk.count() * chunk.matrix().panelBytes());
            chunk.matrix().pack(chunk.first(), chunk.count(), panels);
            write(out, panels, chunk.offset());
        } catch (IllegalArgumentException e) {
            throw new ModelException(chunk.name() + " cannot be packed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(FileChannel out, MemorySegment bytes, long offset) throws IOException {
        ByteBuffer buffer = bytes.asByteBuffer();
        while (buffer.hasRemaining()) {
            out.write(buffer, offset + buffer.position());
        }
    }

    private static PackedHeader withChecksums(PackedHeader header, Path data) {
        List<Entry> entries = header.entries();
        Entry[] checked = new Entry[entries.size()];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment file = MappedFile.map(data, arena);
            Parallel.forEach(checked.length, i -> {
                Entry entry = entries.get(i);
                checked[i] = entry.withChecksum(PackedWeights.checksum(file.asSlice(entry.offset(), entry.bytes())));
            });
        }
        return new PackedHeader(header.fingerprint(), List.of(checked));
    }
}
