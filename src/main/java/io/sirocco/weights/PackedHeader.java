package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.kernel.Matrix;
import io.sirocco.kernel.WeightType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code panels.json} says of the bytes in {@code panels.bin}. The entries lie there in order, each from the next multiple of 4096
 * on and the last up to the end, so that no offset needs to be stored, or believed.
 *
 * <pre>
 * {"layout": 2, "fingerprint": "89abc…", "tensors": [
 *   {"name": "norm.weight", "type": "F32", "shape": [576], "crc32c": "0a1b2c3d"},
 *   {"name": "layers.0.attention.wqkv.weight", "type": "BF16", "shape": [960, 576], "crc32c": …}, …]}
 * </pre>
 *
 * @param fingerprint of the checkpoint these weights are
 */
record PackedHeader(String fingerprint, List<Entry> entries) {

    /** A page, so that no two matrices share one; the kernels need 64. */
    private static final long ALIGNMENT = 4096;
    /** Models have some 10^3. */
    private static final int MAX_ENTRIES = 1 << 16;

    private static final int MAX_NAME_CHARS = 256;
    private static final long MAX_DIMENSION = 1 << 30;
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern CRC = Pattern.compile("[0-9a-f]{8}");

    PackedHeader {
        entries = List.copyOf(entries);
    }

    /**
     * A matrix in panels, or a vector as it is.
     *
     * @param shape (rows, columns) or (values); a panel may hold further rows, of zeros
     * @param offset of its first byte in {@code panels.bin}
     * @param crc32c of its bytes, 8 hex digits
     */
    record Entry(String name, WeightType type, List<Long> shape, long offset, String crc32c) {
        Entry {
            shape = List.copyOf(shape);
        }

        boolean isMatrix() {
            return shape.size() == 2;
        }

        long bytes() {
            return size(type, shape);
        }

        long end() {
            return offset + bytes();
        }

        Entry withChecksum(String hex) {
            return new Entry(name, type, shape, offset, hex);
        }
    }

    private static long size(WeightType type, List<Long> shape) {
        return shape.size() == 1
                ? type.rowBytes(shape.getFirst())
                : Matrix.bytes(type, Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
    }

    /** Adds an entry of this type and shape after the others. */
    static void append(List<Entry> entries, String name, WeightType type, List<Long> shape, String crc32c) {
        long covered = entries.isEmpty() ? 0 : entries.getLast().end();
        long offset = Math.addExact(covered, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        Math.addExact(offset, size(type, shape));
        entries.add(new Entry(name, type, shape, offset, crc32c));
    }

    /** Bytes of {@code panels.bin}. */
    long bytes() {
        return entries.getLast().end();
    }

    void write(Path file) throws IOException {
        ObjectNode root = new JsonMapper().createObjectNode();
        root.put("layout", Matrix.LAYOUT).put("fingerprint", fingerprint);
        ArrayNode tensors = root.putArray("tensors");
        for (Entry entry : entries) {
            ObjectNode tensor = tensors.addObject();
            tensor.put("name", entry.name()).put("type", entry.type().name());
            ArrayNode shape = tensor.putArray("shape");
            entry.shape().forEach(shape::add);
            tensor.put("crc32c", entry.crc32c());
        }
        new JsonMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }

    /** @throws ModelException if it is not such a file, or one of another layout */
    static PackedHeader read(Path file) {
        ObjectNode root = StrictJson.object(file);
        JsonNode layout = root.path("layout");
        if (!layout.isInt() || layout.intValue() != Matrix.LAYOUT) {
            throw new ModelException(file + ": \"layout\" is " + Quoted.of(layout.toString()) + "; this Sirocco reads "
                    + Matrix.LAYOUT + "; pack the model again");
        }
        JsonNode tensors = root.path("tensors");
        if (!tensors.isArray() || tensors.isEmpty() || tensors.size() > MAX_ENTRIES) {
            throw new ModelException(
                    file + ": \"tensors\" is missing; expected an array of 1 to " + MAX_ENTRIES + " tensors");
        }
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode tensor : tensors) {
            String name = text(file, tensor, "name");
            if (name.length() > MAX_NAME_CHARS || !names.add(name)) {
                throw new ModelException(file + ": the tensor " + Quoted.of(name) + " is there twice, or too long");
            }
            append(file, entries, name, tensor);
        }
        return new PackedHeader(matching(FINGERPRINT, file, root, "fingerprint"), entries);
    }

    private static void append(Path file, List<Entry> entries, String name, JsonNode tensor) {
        String typeName = text(file, tensor, "type");
        WeightType type = type(typeName)
                .orElseThrow(() -> new ModelException(
                        file + ": the tensor " + Quoted.of(name) + " has the unknown type " + Quoted.of(typeName)));
        List<Long> shape = shape(file, name, tensor.path("shape"));
        String crc32c = matching(CRC, file, tensor, "crc32c");
        try {
            append(entries, name, type, shape, crc32c);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelException(
                    file + ": the tensor " + Quoted.of(name) + " cannot have the shape " + shape + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Optional<WeightType> type(String name) {
        return Stream.of(WeightType.values())
                .filter(type -> type.name().equals(name))
                .findFirst();
    }

    private static List<Long> shape(Path file, String name, JsonNode node) {
        List<Long> shape = new ArrayList<>();
        for (JsonNode dimension : node) {
            if (!dimension.canConvertToExactIntegral()
                    || !dimension.canConvertToLong()
                    || dimension.longValue() < 1
                    || dimension.longValue() > MAX_DIMENSION
                    || shape.size() == 2) {
                shape.clear();
                break;
            }
            shape.add(dimension.longValue());
        }
        if (shape.isEmpty()) {
            throw new ModelException(file + ": the tensor " + Quoted.of(name) + " has the shape "
                    + Quoted.of(node.toString()) + "; expected one or two numbers from 1 to " + MAX_DIMENSION);
        }
        return shape;
    }

    private static String matching(Pattern form, Path file, JsonNode node, String field) {
        String text = text(file, node, field);
        if (!form.matcher(text).matches()) {
            throw new ModelException(
                    file + ": \"" + field + "\" is " + Quoted.of(text) + "; expected the form " + form);
        }
        return text;
    }

    private static String text(Path file, JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new ModelException(
                    file + ": \"" + field + "\" is " + Quoted.of(value.toString()) + "; expected text");
        }
        return value.textValue();
    }
}
