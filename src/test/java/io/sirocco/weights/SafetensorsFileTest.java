package io.sirocco.weights;

import static io.sirocco.weights.SafetensorsBytes.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    @Test
    void listsTensorsOfEveryTypeWithTheirBytes() {
        String header = "{\"__metadata__\":{\"format\":\"pt\"}," + entry("b", "I64", "[1]", 8, 16) + ","
                + entry("a", "BF16", "[2,2]", 0, 8) + "," + entry("empty", "F32", "[0,3]", 16, 16) + "}   ";
        SafetensorsFile file = SafetensorsBytes.parse(SafetensorsBytes.of(header, 16));
        assertEquals(List.of("b", "a", "empty"), List.copyOf(file.tensors().keySet()));
        StoredTensor a = file.tensors().get("a");
        assertEquals("BF16", a.type());
        assertEquals(List.of(2L, 2L), a.shape());
        assertEquals(8, a.data().byteSize());
    }

    @Test
    void headerLengthIsCheckedBeforeAnythingIsAllocated() {
        refused("model.safetensors has 3 bytes; a safetensors file has at least 8", new byte[3]);
        refused(
                "model.safetensors: header length is 9223372036854775807; expected at most 2. The file is truncated or no"
                        + " safetensors file",
                withHeaderLength(Long.MAX_VALUE));
        refused(
                "model.safetensors: header length is 18446744073709551615; expected at most 2. The file is truncated or no"
                        + " safetensors file",
                withHeaderLength(-1));
        refused(
                "model.safetensors: header length is 3; expected at most 2. The file is truncated or no safetensors file",
                withHeaderLength(3));
    }

    @Test
    void sizesMustBeThoseOfShapeAndType() {
        refused(
                "tensor \"a\" has data_offsets [0, 8], but its shape [2, 2] of F32 needs 16 bytes",
                entry("a", "F32", "[2,2]", 0, 8),
                8);
        refused(
                "tensor \"a\" has shape [4611686018427387904, 4], which overflows",
                entry("a", "F32", "[4611686018427387904,4]", 0, 8),
                8);
        refused("tensor \"a\" has the unknown dtype \"F4\"", entry("a", "F4", "[2]", 0, 8), 8);
    }

    @Test
    void offsetsMustCoverTheDataExactly() {
        refused(
                "tensor \"a\" has data_offsets [8, 0]; expected a range within the 8 bytes of data. The file is truncated or"
                        + " damaged",
                entry("a", "F32", "[2]", 8, 0),
                8);
        refused(
                "tensor \"a\" has data_offsets [0, 16]; expected a range within the 8 bytes of data. The file is truncated or"
                        + " damaged",
                entry("a", "F32", "[4]", 0, 16),
                8);
        refused(
                "tensor \"b\" has data_offsets [4, 12], which overlaps tensor \"a\"",
                entry("a", "F32", "[2]", 0, 8) + "," + entry("b", "F32", "[2]", 4, 12),
                12);
        refused(
                "tensor \"b\" has data_offsets [12, 16], which leaves a hole of 4 bytes after tensor \"a\"",
                entry("a", "F32", "[2]", 0, 8) + "," + entry("b", "F32", "[1]", 12, 16),
                16);
        refused(
                "tensor \"a\" has data_offsets [4, 8], which leaves a hole of 4 bytes after the start of the data",
                entry("a", "F32", "[1]", 4, 8),
                8);
        refused(
                "3 bytes after tensor \"a\" belong to no tensor; the file is damaged",
                entry("a", "F32", "[1]", 0, 4),
                7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[-1]",
                "[1.0]",
                "[9223372036854775808]",
                "[1,1,1,1,1,1,1,1,1]",
                "[\"1\"]",
                "[null]",
                "3",
                "[[1]]"
            })
    void shapesAreShortArraysOfNonNegativeIntegers(String shape) {
        byte[] file = SafetensorsBytes.of("{" + entry("a", "U8", shape, 0, 1) + "}", 1);
        String message = assertThrows(ModelException.class, () -> SafetensorsBytes.parse(file))
                .getMessage();
        assertEquals("model.safetensors: tensor \"a\": shape", message.substring(0, 36), message);
        assertEquals("expected an array of at most 8 non-negative integers", message.split("; ", 2)[1], message);
    }

    @Test
    void headerIsOneObjectOfKnownFields() {
        refused(
                "tensor \"a\" has the unknown field \"stride\"; expected dtype, shape and data_offsets",
                "\"a\":{\"stride\":1}",
                0);
        refused(
                "tensor \"a\" needs dtype, shape and two data_offsets",
                "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}",
                0);
        refused("tensor \"a\" is \"7\"; expected an object", "\"a\":7", 0);
        refused("__metadata__ is \"1\"; expected an object of strings", "\"__metadata__\":{\"a\":1}", 0);
        refused("__metadata__ is \"[\"; expected an object of strings", "\"__metadata__\":[]", 0);
        refused("model.safetensors: the header is \"[\"; expected a JSON object", SafetensorsBytes.of("[]", 0));
        refused("model.safetensors: text after the header's JSON object", SafetensorsBytes.of("{}{}", 0));
    }

    @Test
    void headerIsBoundedInNumberToo() {
        refused(
                "__metadata__ has more than 65536 fields",
                "\"__metadata__\":{" + numbered(65537, "\"%d\":\"\"") + "}",
                0);
        refused("more than 262144 tensors", numbered(262145, entry("%d", "U8", "[0]", 0, 0)), 0);
    }

    private static String numbered(int count, String field) {
        return IntStream.range(0, count).mapToObj(field::formatted).collect(Collectors.joining(","));
    }

    @Test
    void jsonIsReadStrictly() {
        String twice = entry("a", "F32", "[0]", 0, 0);
        refused("header: not valid JSON (line 1, column 58): \"Duplicate field 'a'\"", twice + "," + twice, 0);
        refused(
                "header: not valid JSON (line 1, column 28): \"Duplicate field 'dtype'\"",
                "\"a\":{\"dtype\":\"F32\",\"dtype\":\"F16\"}",
                0);
        byte[] invalid = "{\"\0\":1}".getBytes(StandardCharsets.UTF_8);
        invalid[2] = (byte) 0xC0;
        refused("model.safetensors: header: not valid UTF-8", SafetensorsBytes.of(invalid, 0));
        String deep = "\"a\":" + "[".repeat(100_000);
        assertThrows(ModelException.class, () -> SafetensorsBytes.parse(SafetensorsBytes.of("{" + deep, 0)));
    }

    @Test
    void namesInMessagesAreShortAndPrintable() {
        refused(
                "tensor \"\\u001b[2J" + "x".repeat(96) + "\"... (1004 characters) is \"1\"; expected an object",
                "\"\\u001b[2J" + "x".repeat(1000) + "\":1",
                0);
    }

    private static byte[] withHeaderLength(long length) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put("{}".getBytes(StandardCharsets.UTF_8))
                .array();
    }

    private static void refused(String message, String fields, int dataBytes) {
        refused("model.safetensors: " + message, SafetensorsBytes.of("{" + fields + "}", dataBytes));
    }

    private static void refused(String message, byte[] file) {
        assertEquals(
                message,
                assertThrows(ModelException.class, () -> SafetensorsBytes.parse(file))
                        .getMessage());
    }
}
