package io.sirocco.weights;

import io.sirocco.kernel.Parallel;
import io.sirocco.kernel.RowMatrix;
import io.sirocco.weights.PackedHeader.Entry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Weights in the layout of the kernels, which read them where they are mapped: a directory with {@code panels.json}, small and checked
 * whole, and {@code panels.bin}.
 */
public final class PackedWeights {
    static final String HEADER = "panels.json";
    static final String DATA = "panels.bin";

    /** A byte buffer ends at 2^31 - 1. */
    private static final long CHECKSUM_BYTES = 1L << 30;

    private final Path data;
    private final PackedHeader header;

    private PackedWeights(Path data, PackedHeader header) {
        this.data = data;
        this.header = header;
    }

    /**
     * Reads the header; {@link #verify} reads the rest.
     *
     * @throws ModelException if it is damaged, of another layout, or does not fit the size of the data
     */
    static PackedWeights open(Path directory) {
        PackedHeader header = PackedHeader.read(directory.resolve(HEADER));
        Path data = directory.resolve(DATA);
        long size;
        try {
            size = Files.size(data);
        } catch (IOException e) {
            throw new ModelException(data + " cannot be read: " + ModelCache.reason(e), e);
        }
        if (size != header.bytes()) {
            throw new ModelException(data + " has " + size + " bytes; " + HEADER + " says " + header.bytes()
                    + ". It is truncated or damaged: pack the model again");
        }
        return new PackedWeights(data, header);
    }

    /**
     * Packs weights into an existing directory.
     *
     * @param fingerprint of the checkpoint they are
     * @param vectors as they are stored
     * @param matrices by name
     * @throws ModelException naming a matrix that cannot be packed
     */
    public static void write(
            Path directory, String fingerprint, Collection<Tensor> vectors, Map<String, RowMatrix> matrices)
            throws IOException {
        PackedWriter.write(directory, fingerprint, vectors, matrices);
    }

    /** Of the checkpoint that was packed: the values are the same. */
    String fingerprint() {
        return header.fingerprint();
    }

    /** Bytes of the weights. */
    public long bytes() {
        return header.bytes();
    }

    /**
     * Reads everything and compares checksums. They tell damage, not malice: f16 values and scales that are not finite were refused by
     * whoever packed, and are not looked for again.
     *
     * @throws ModelException naming a tensor that is not what was written
     */
    public void verify() {
        try (Arena arena = Arena.ofShared()) {
            Map<String, Tensor> tensors = map(arena);
            List<Entry> entries = header.entries();
            Parallel.forEach(entries.size(), i -> {
                Entry entry = entries.get(i);
                String found = checksum(tensors.get(entry.name()).data());
                if (!found.equals(entry.crc32c())) {
                    throw new ModelException(data + ": the bytes of " + Quoted.of(entry.name())
                            + " are not those that were written (CRC-32C is " + found + ", expected " + entry.crc32c()
                            + "): pack the model again");
                }
            });
        }
    }

    /**
     * The tensors by name, mapped until the arena is closed: vectors as a file stores them, matrices in panels. The names are the
     * canonical ones (see {@link Checkpoint}) and those of fused matrices.
     */
    public Map<String, Tensor> map(Arena arena) {
        MemorySegment file = MappedFile.map(data, arena);
        if (file.byteSize() != header.bytes()) {
            throw new ModelException(data + " has changed while it was opened; try again");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Entry entry : header.entries()) {
            tensors.put(
                    entry.name(),
                    new Tensor(entry.name(), entry.type(), entry.shape(), file.asSlice(entry.offset(), entry.bytes())));
        }
        return tensors;
    }

    static String checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes.byteSize(); at += CHECKSUM_BYTES) {
            crc.update(bytes.asSlice(at, Math.min(CHECKSUM_BYTES, bytes.byteSize() - at))
                    .asByteBuffer());
        }
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
