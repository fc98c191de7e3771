package io.sirocco.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/**
 * One safetensors file: a little-endian u64 header length, a JSON header, then the tensors' bytes without holes or overlaps
 * (the rules of the safetensors format, all of them checked).
 *
 * @param tensors by the file's own names, in the header's order
 */
record SafetensorsFile(Path path, long bytes, Map<String, StoredTensor> tensors) {
    /** The cap of the reference implementation. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final long LENGTH_BYTES = 8;
    private static final ValueLayout.OfLong LITTLE_ENDIAN_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes of one element of each type of whole bytes that the format knows. */
    private static final Map<String, Integer> ELEMENT_BYTES = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("F8_E8M0", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("F32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8),
            Map.entry("F64", 8),
            Map.entry("C64", 8));

    static SafetensorsFile open(Path path, Arena arena) {
        return parse(path, MappedFile.map(path, arena));
    }

    /** Parses a whole file that lies in memory; {@code path} names it in messages. */
    static SafetensorsFile parse(Path path, MemorySegment file) {
        if (file.byteSize() < LENGTH_BYTES) {
            throw new ModelException(path + " has " + file.byteSize() + " bytes; a safetensors file has at least 8");
        }
        long headerBytes = file.get(LITTLE_ENDIAN_LONG, 0);
        long afterLength = file.byteSize() - LENGTH_BYTES;
        if (headerBytes < 0 || headerBytes > Math.min(afterLength, MAX_HEADER_BYTES)) {
            throw new ModelException(path + ": header length is " + Long.toUnsignedString(headerBytes)
                    + "; expected at most " + Math.min(afterLength, MAX_HEADER_BYTES)
                    + ". The file is truncated or no safetensors file");
        }
        byte[] header = file.asSlice(LENGTH_BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        Map<String, SafetensorsHeader.Entry> entries = SafetensorsHeader.parse(path.toString(), header);
        MemorySegment data = file.asSlice(LENGTH_BYTES + headerBytes);
        checkLayout(path, entries, data.byteSize());

        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        entries.forEach((name, entry) -> tensors.put(
                name,
                new StoredTensor(
                        path,
                        name,
                        entry.dtype(),
                        entry.shape(),
                        data.asSlice(entry.begin(), entry.end() - entry.begin()))));
        return new SafetensorsFile(path, file.byteSize(), tensors);
    }

    /** Each tensor has the size its shape and type say, and together they are exactly the data. */
    private static void checkLayout(Path path, Map<String, SafetensorsHeader.Entry> entries, long dataBytes) {
        List<Entry<String, SafetensorsHeader.Entry>> inOrder = entries.entrySet().stream()
                .sorted(Comparator.comparingLong((Entry<String, SafetensorsHeader.Entry> e) ->
                                e.getValue().begin())
                        .thenComparingLong(e -> e.getValue().end()))
                .toList();
        long covered = 0;
        String previous = "the start of the data";
        for (Entry<String, SafetensorsHeader.Entry> next : inOrder) {
            String tensor = "tensor " + Quoted.of(next.getKey());
            SafetensorsHeader.Entry entry = next.getValue();
            String range = " has data_offsets [" + entry.begin() + ", " + entry.end() + "]";
            if (entry.begin() > entry.end() || entry.end() > dataBytes) {
                throw new ModelException(path + ": " + tensor + range + "; expected a range within the " + dataBytes
                        + " bytes of data. The file is truncated or damaged");
            }
            long size = sizeOf(path, tensor, entry);
            if (entry.end() - entry.begin() != size) {
                throw new ModelException(path + ": " + tensor + range + ", but its shape " + entry.shape() + " of "
                        + entry.dtype() + " needs " + size + " bytes");
            }
            if (entry.begin() < covered) {
                throw new ModelException(path + ": " + tensor + range + ", which overlaps " + previous);
            }
            if (entry.begin() > covered) {
                throw new ModelException(path + ": " + tensor + range + ", which leaves a hole of "
                        + (entry.begin() - covered) + " bytes after " + previous);
            }
            covered = entry.end();
            previous = tensor;
        }
        if (covered != dataBytes) {
            throw new ModelException(path + ": " + (dataBytes - covered) + " bytes after " + previous
                    + " belong to no tensor; the file is damaged");
        }
    }

    private static long sizeOf(Path path, String tensor, SafetensorsHeader.Entry entry) {
        Integer elementBytes = ELEMENT_BYTES.get(entry.dtype());
        if (elementBytes == null) {
            throw new ModelException(path + ": " + tensor + " has the unknown dtype " + Quoted.of(entry.dtype()));
        }
        try {
            long size = elementBytes;
            for (long dimension : entry.shape()) {
                size = Math.multiplyExact(size, dimension);
            }
            return size;
        } catch (ArithmeticException e) {
            throw new ModelException(path + ": " + tensor + " has shape " + entry.shape() + ", which overflows", e);
        }
    }
}
