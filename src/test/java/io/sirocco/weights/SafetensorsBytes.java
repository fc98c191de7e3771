package io.sirocco.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.StringJoiner;

/** Writes safetensors files, well-formed or not, for tests of the reader. */
final class SafetensorsBytes {
    static final Path PATH = Path.of("model.safetensors");

    private SafetensorsBytes() {}

    static byte[] of(byte[] header, int dataBytes) {
        return of(header, new byte[dataBytes]);
    }

    static byte[] of(String header, int dataBytes) {
        return of(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] of(byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data)
                .array();
    }

    /** A well-formed file of these tensors, one after another. */
    static byte[] of(Collection<StoredTensor> tensors) {
        StringJoiner header = new StringJoiner(",", "{", "}");
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(
                tensors.stream().mapToLong(tensor -> tensor.data().byteSize()).sum()));
        for (StoredTensor tensor : tensors) {
            int begin = data.position();
            data.put(tensor.data().toArray(ValueLayout.JAVA_BYTE));
            header.add(entry(tensor.name(), tensor.type(), tensor.shape().toString(), begin, data.position()));
        }
        return of(header.toString().getBytes(StandardCharsets.UTF_8), data.array());
    }

    /** One field of a header. */
    static String entry(String name, String dtype, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, shape, begin, end);
    }

    static SafetensorsFile parse(byte[] file) {
        return SafetensorsFile.parse(PATH, MemorySegment.ofArray(file));
    }

    static SafetensorsFile read(Path file) {
        try {
            return parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
