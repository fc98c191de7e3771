package io.sirocco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The reference tensors of a golden case, read by a few lines of their own so that they do not depend on the reader under test. Well-formed
 * files only.
 */
public final class Goldens {
    private final JsonNode header;
    private final ByteBuffer data;

    private Goldens(JsonNode header, ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    /** The directory of a case that lies in src/test/resources/goldens, such as {@code mistral-window4-worked}. */
    public static Path resource(String name) {
        Path directory = Path.of("src", "test", "resources", "goldens", name);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " does not exist");
        }
        return directory;
    }

    /** The reference.safetensors of a case. */
    public static Goldens of(Path directory) {
        return read(directory.resolve("reference.safetensors"));
    }

    /** Any safetensors file. */
    public static Goldens read(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int headerBytes = Math.toIntExact(bytes.getLong());
            JsonNode header = new JsonMapper().readTree(bytes.array(), bytes.position(), headerBytes);
            return new Goldens(
                    header,
                    bytes.slice(8 + headerBytes, bytes.capacity() - 8 - headerBytes)
                            .order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** The reference.json of a case: prompts, tolerance, notes. */
    public static JsonNode json(Path directory) {
        try {
            return new JsonMapper().readTree(directory.resolve("reference.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean has(String name) {
        return header.has(name);
    }

    /** Outermost dimension first. */
    public int[] shape(String name) {
        JsonNode shape = tensor(name).get("shape");
        int[] dimensions = new int[shape.size()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = shape.get(i).intValue();
        }
        return dimensions;
    }

    /** An I32 tensor, row-major. */
    public int[] ints(String name) {
        int[] values = new int[bytes(name, "I32").remaining() / Integer.BYTES];
        bytes(name, "I32").asIntBuffer().get(values);
        return values;
    }

    /** An F32 tensor, row-major. */
    public float[] floats(String name) {
        float[] values = new float[bytes(name, "F32").remaining() / Float.BYTES];
        bytes(name, "F32").asFloatBuffer().get(values);
        return values;
    }

    private ByteBuffer bytes(String name, String dtype) {
        JsonNode tensor = tensor(name);
        if (!tensor.get("dtype").textValue().equals(dtype)) {
            throw new IllegalArgumentException(name + " is " + tensor.get("dtype") + ", not " + dtype);
        }
        int begin = tensor.get("data_offsets").get(0).intValue();
        int end = tensor.get("data_offsets").get(1).intValue();
        return data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
    }

    private JsonNode tensor(String name) {
        JsonNode tensor = header.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }
}
