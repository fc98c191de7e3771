package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.file.Path;

/**
 * The key-value pairs of a GGUF header as one JSON object. Numbers keep their width ({@code f32} is a {@code FloatNode}), so that a value
 * reads back as the bits that were stored.
 */
final class GgufMetadata {
    /** Spec: a key has at most 2^16 - 1 bytes. */
    private static final int MAX_KEY_BYTES = (1 << 16) - 1;

    /** Values in all arrays together. Real vocabularies need some 10^6; without a bound a small file could fill the heap. */
    private static final long MAX_VALUES = 1 << 22;

    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path path;
    private final GgufCursor cursor;
    private long values;

    private GgufMetadata(Path path, GgufCursor cursor) {
        this.path = path;
        this.cursor = cursor;
    }

    /** Reads {@code pairs} pairs at the cursor. */
    static ObjectNode read(Path path, GgufCursor cursor, long pairs) {
        GgufMetadata metadata = new GgufMetadata(path, cursor);
        ObjectNode object = JSON.objectNode();
        for (long i = 0; i < pairs; i++) {
            String key = cursor.readString("metadata key " + i, MAX_KEY_BYTES);
            String what = "metadata " + Quoted.of(key);
            if (object.has(key)) {
                throw new ModelException(path + ": " + what + " is there twice");
            }
            int type = cursor.readInt("type of " + what);
            object.set(key, type == ARRAY ? metadata.array(what) : metadata.value(type, what));
        }
        return object;
    }

    private ArrayNode array(String what) {
        int type = cursor.readInt("element type of " + what);
        long length = cursor.readCount("length of " + what, leastBytes(type, what), MAX_VALUES - values);
        values += length;
        ArrayNode array = JSON.arrayNode(Math.toIntExact(length));
        for (long i = 0; i < length; i++) {
            array.add(value(type, what));
        }
        return array;
    }

    private long leastBytes(int type, String what) {
        return switch (type) {
            case 0, 1, 7 -> Byte.BYTES;
            case 2, 3 -> Short.BYTES;
            case 4, 5, 6 -> Integer.BYTES;
            case STRING, 10, 11, 12 -> Long.BYTES;
            case ARRAY ->
                throw new ModelException(path + ": " + what + " is an array of arrays; expected a flat array");
            default -> throw unknown(type, what);
        };
    }

    private JsonNode value(int type, String what) {
        return switch (type) {
            case 0 -> JSON.numberNode(Byte.toUnsignedInt(cursor.readByte(what)));
            case 1 -> JSON.numberNode((int) cursor.readByte(what));
            case 2 -> JSON.numberNode(Short.toUnsignedInt(cursor.readShort(what)));
            case 3 -> JSON.numberNode((int) cursor.readShort(what));
            case 4 -> JSON.numberNode(Integer.toUnsignedLong(cursor.readInt(what)));
            case 5 -> JSON.numberNode(cursor.readInt(what));
            case 6 -> JSON.numberNode(Float.intBitsToFloat(cursor.readInt(what)));
            case 7 -> bool(what);
            case STRING -> JSON.textNode(cursor.readString(what, GgufCursor.MAX_HEADER_BYTES));
            case 10 -> unsigned(cursor.readLong(what));
            case 11 -> JSON.numberNode(cursor.readLong(what));
            case 12 -> JSON.numberNode(Double.longBitsToDouble(cursor.readLong(what)));
            default -> throw unknown(type, what);
        };
    }

    private JsonNode bool(String what) {
        byte value = cursor.readByte(what);
        if (value != 0 && value != 1) {
            throw new ModelException(path + ": " + what + " is " + Byte.toUnsignedInt(value) + "; a bool is 0 or 1");
        }
        return JSON.booleanNode(value == 1);
    }

    private static JsonNode unsigned(long value) {
        return value >= 0 ? JSON.numberNode(value) : JSON.numberNode(new BigInteger(Long.toUnsignedString(value)));
    }

    private ModelException unknown(int type, String what) {
        return new ModelException(
                path + ": " + what + " has the unknown type " + Integer.toUnsignedString(type) + "; expected 0 to 12");
    }
}
