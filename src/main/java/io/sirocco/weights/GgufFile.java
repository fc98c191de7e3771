package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One GGUF file, version 2 or 3 (they have one layout): magic, version, counts, metadata, tensor infos, then the tensors' bytes at
 * aligned offsets (ggml, docs/gguf.md).
 *
 * @param metadata one field a key, arrays included
 * @param pairs the metadata as the file stores it
 * @param tensors by the file's own names, in the header's order
 */
record GgufFile(Path path, long bytes, ObjectNode metadata, MemorySegment pairs, Map<String, StoredTensor> tensors) {
    /** "GGUF" as a little-endian u32. */
    static final int MAGIC = 0x46554747;

    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 16;
    private static final int MAX_RANK = 4;
    /** The largest models have some 10^5. */
    private static final int MAX_TENSORS = 1 << 18;
    /** Spec: a tensor name has at most 64 bytes. */
    private static final int MAX_NAME_BYTES = 64;
    /** Lengths of key and value, a type and one byte of value. */
    private static final int LEAST_PAIR_BYTES = 8 + 4 + 1;

    private static final int MAX_PAIRS = 1 << 16;
    /** Length of the name, rank, one dimension, type, offset. */
    private static final int LEAST_INFO_BYTES = 8 + 4 + 8 + 4 + 8;

    /** Where a tensor's bytes lie; {@code offset} counts from the start of the data. */
    private record TensorInfo(String name, GgmlType type, List<Long> shape, long offset, long size) {}

    static GgufFile open(Path path, Arena arena) {
        return parse(path, MappedFile.map(path, arena));
    }

    /** Parses a whole file that lies in memory; {@code path} names it in messages. */
    static GgufFile parse(Path path, MemorySegment file) {
        GgufCursor cursor = new GgufCursor(path, file);
        checkVersion(path, cursor);
        long tensorCount = cursor.readCount("tensor count", LEAST_INFO_BYTES, MAX_TENSORS);
        long pairCount = cursor.readCount("metadata count", LEAST_PAIR_BYTES, MAX_PAIRS);
        long pairsBegin = cursor.position();
        ObjectNode metadata = GgufMetadata.read(path, cursor, pairCount);
        MemorySegment pairs = file.asSlice(pairsBegin, cursor.position() - pairsBegin);
        long alignment = alignment(path, metadata);
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        for (long i = 0; i < tensorCount; i++) {
            TensorInfo info = info(path, cursor, alignment, i);
            if (infos.put(info.name(), info) != null) {
                throw new ModelException(path + ": tensor " + Quoted.of(info.name()) + " is there twice");
            }
        }
        // A file without tensors (a vocabulary) may end before its padding.
        long dataBegin = Math.min(alignUp(cursor.position(), alignment), file.byteSize());
        MemorySegment data = file.asSlice(dataBegin);
        checkLayout(path, infos.values(), data.byteSize());

        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        infos.forEach((name, info) -> tensors.put(
                name,
                new StoredTensor(
                        path, name, info.type().name(), info.shape(), data.asSlice(info.offset(), info.size()))));
        return new GgufFile(path, file.byteSize(), metadata, pairs, tensors);
    }

    private static void checkVersion(Path path, GgufCursor cursor) {
        if (cursor.readInt("magic") != MAGIC) {
            throw new ModelException(path + " is no GGUF file: it does not begin with \"GGUF\"");
        }
        int version = cursor.readInt("version");
        if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
            throw new ModelException(path + " is a big-endian GGUF file; expected a little-endian one");
        }
        if (version != 2 && version != 3) {
            throw new ModelException(
                    path + ": GGUF version is " + Integer.toUnsignedString(version) + "; supported: 2 and 3");
        }
    }

    private static long alignment(Path path, ObjectNode metadata) {
        JsonNode alignment = metadata.get("general.alignment");
        if (alignment == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (!alignment.isIntegralNumber()
                || !alignment.canConvertToInt()
                || alignment.intValue() < Long.BYTES
                || alignment.intValue() > MAX_ALIGNMENT
                || Integer.bitCount(alignment.intValue()) != 1) {
            throw new ModelException(path + ": general.alignment is " + Quoted.of(alignment.toString())
                    + "; expected a power of two from 8 to " + MAX_ALIGNMENT);
        }
        return alignment.intValue();
    }

    private static TensorInfo info(Path path, GgufCursor cursor, long alignment, long index) {
        String name = cursor.readString("name of tensor " + index, MAX_NAME_BYTES);
        String tensor = "tensor " + Quoted.of(name);
        int rank = cursor.readInt("rank of " + tensor);
        if (rank < 1 || rank > MAX_RANK) {
            throw new ModelException(path + ": " + tensor + " has " + Integer.toUnsignedString(rank)
                    + " dimensions; expected 1 to " + MAX_RANK);
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            // The file has the innermost dimension first.
            shape.addFirst(cursor.readLong("shape of " + tensor));
        }
        int typeId = cursor.readInt("type of " + tensor);
        GgmlType type = GgmlType.of(typeId)
                .orElseThrow(() -> new ModelException(
                        path + ": " + tensor + " has the unknown type " + Integer.toUnsignedString(typeId)));
        long offset = cursor.readLong("offset of " + tensor);
        if (offset % alignment != 0) {
            throw new ModelException(path + ": " + tensor + " is at offset " + Long.toUnsignedString(offset)
                    + "; expected a multiple of the alignment, " + alignment);
        }
        return new TensorInfo(name, type, shape, offset, sizeOf(path, tensor, type, shape));
    }

    private static long sizeOf(Path path, String tensor, GgmlType type, List<Long> shape) {
        if (shape.stream().anyMatch(dimension -> dimension < 1)) {
            throw new ModelException(
                    path + ": " + tensor + " has shape " + shape + "; expected dimensions from 1 to 2^63 - 1");
        }
        if (shape.getLast() % type.blockValues() != 0) {
            throw new ModelException(path + ": " + tensor + " has rows of " + shape.getLast() + " values; " + type
                    + " needs a multiple of " + type.blockValues());
        }
        try {
            long size = type.blockBytes();
            size = Math.multiplyExact(size, shape.getLast() / type.blockValues());
            for (long dimension : shape.subList(0, shape.size() - 1)) {
                size = Math.multiplyExact(size, dimension);
            }
            return size;
        } catch (ArithmeticException e) {
            throw new ModelException(path + ": " + tensor + " has shape " + shape + ", which overflows", e);
        }
    }

    /** Every tensor lies within the data and none on another; padding between them is allowed. */
    private static void checkLayout(Path path, Iterable<TensorInfo> infos, long dataBytes) {
        List<TensorInfo> inOrder = new ArrayList<>();
        infos.forEach(inOrder::add);
        inOrder.sort(Comparator.comparingLong(TensorInfo::offset));
        TensorInfo previous = null;
        for (TensorInfo info : inOrder) {
            String range = path + ": tensor " + Quoted.of(info.name()) + " has " + info.size() + " bytes at offset "
                    + Long.toUnsignedString(info.offset());
            if (info.offset() < 0 || info.offset() > dataBytes || info.size() > dataBytes - info.offset()) {
                throw new ModelException(
                        range + ", beyond the " + dataBytes + " bytes of data. The file is truncated or damaged");
            }
            if (previous != null && info.offset() < previous.offset() + previous.size()) {
                throw new ModelException(range + ", which overlaps tensor " + Quoted.of(previous.name()));
            }
            previous = info;
        }
    }

    private static long alignUp(long position, long alignment) {
        return (position + alignment - 1) & -alignment;
    }
}
