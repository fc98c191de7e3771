package io.sirocco.weights;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes GGUF files, well-formed or not, for tests of the reader. */
final class GgufBytes {
    static final Path PATH = Path.of("model.gguf");

    private record TensorInfo(String name, List<Long> innermostFirst, int type, long offset) {}

    private int version = 3;
    private int alignment = 32;
    private Long tensorCount;
    private Long pairCount;
    private final List<byte[]> pairs = new ArrayList<>();
    private final List<TensorInfo> tensors = new ArrayList<>();
    private long dataBytes;

    /** A file of arch llama without tensors. */
    static GgufBytes llama() {
        return new GgufBytes().string("general.architecture", "llama");
    }

    GgufBytes version(int number) {
        version = number;
        return this;
    }

    GgufBytes counts(long tensorsClaimed, long pairsClaimed) {
        tensorCount = tensorsClaimed;
        pairCount = pairsClaimed;
        return this;
    }

    GgufBytes alignment(int bytes) {
        alignment = bytes;
        return u32("general.alignment", bytes);
    }

    GgufBytes string(String key, String value) {
        return pair(key, 8, string(value.getBytes(StandardCharsets.UTF_8)));
    }

    GgufBytes u32(String key, int value) {
        return pair(key, 4, buffer(4).putInt(value).array());
    }

    /** A key with a value of this type, given as the file holds it. */
    GgufBytes pair(String key, int type, byte[] value) {
        byte[] name = string(key.getBytes(StandardCharsets.UTF_8));
        pairs.add(buffer(name.length + 4 + value.length)
                .put(name)
                .putInt(type)
                .put(value)
                .array());
        return this;
    }

    /** A tensor after the others; its bytes are zero. */
    GgufBytes tensor(String name, GgmlType type, int typeId, long... innermostFirst) {
        long size = innermostFirst[0] / type.blockValues() * type.blockBytes();
        for (int i = 1; i < innermostFirst.length; i++) {
            size *= innermostFirst[i];
        }
        tensorAt(name, typeId, dataBytes, innermostFirst);
        dataBytes = (dataBytes + size + alignment - 1) / alignment * alignment;
        return this;
    }

    GgufBytes tensorAt(String name, int typeId, long offset, long... innermostFirst) {
        tensors.add(new TensorInfo(name, Arrays.stream(innermostFirst).boxed().toList(), typeId, offset));
        return this;
    }

    GgufBytes dataBytes(long bytes) {
        dataBytes = bytes;
        return this;
    }

    byte[] bytes() {
        ByteBuffer file = buffer(1 << 20)
                .put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(version)
                .putLong(tensorCount != null ? tensorCount : tensors.size())
                .putLong(pairCount != null ? pairCount : pairs.size());
        pairs.forEach(file::put);
        for (TensorInfo tensor : tensors) {
            file.put(string(tensor.name().getBytes(StandardCharsets.UTF_8)))
                    .putInt(tensor.innermostFirst().size());
            for (long dimension : tensor.innermostFirst()) {
                file.putLong(dimension);
            }
            file.putInt(tensor.type()).putLong(tensor.offset());
        }
        while (file.position() % alignment != 0) {
            file.put((byte) 0);
        }
        byte[] bytes = new byte[Math.toIntExact(file.position() + dataBytes)];
        file.flip().get(bytes, 0, file.limit());
        return bytes;
    }

    static byte[] string(byte[] utf8) {
        return buffer(8 + utf8.length).putLong(utf8.length).put(utf8).array();
    }

    static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static GgufFile parse(byte[] file) {
        return GgufFile.parse(PATH, MemorySegment.ofArray(file));
    }
}
