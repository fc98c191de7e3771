package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void metadataOfEveryTypeBecomesJson(int version) {
        byte[] array = GgufBytes.buffer(4 + 8 + 8)
                .putInt(5)
                .putLong(2)
                .putInt(-1)
                .putInt(7)
                .array();
        byte[] file = new GgufBytes()
                .version(version)
                .pair("u8", 0, new byte[] {-1})
                .pair("i8", 1, new byte[] {-1})
                .pair("u16", 2, new byte[] {-1, -1})
                .pair("i16", 3, new byte[] {-1, -1})
                .pair("u32", 4, new byte[] {-1, -1, -1, -1})
                .pair("i32", 5, new byte[] {-1, -1, -1, -1})
                .pair("f32", 6, GgufBytes.buffer(4).putFloat(0.1f).array())
                .pair("bool", 7, new byte[] {1})
                .string("string", "Ġwörld")
                .pair("array", 9, array)
                .pair("u64", 10, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1})
                .pair("i64", 11, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1})
                .pair("f64", 12, GgufBytes.buffer(8).putDouble(0.1).array())
                .bytes();
        assertEquals(
                "{\"u8\":255,\"i8\":-1,\"u16\":65535,\"i16\":-1,\"u32\":4294967295,\"i32\":-1,\"f32\":0.1,\"bool\":true,"
                        + "\"string\":\"Ġwörld\",\"array\":[-1,7],\"u64\":18446744073709551615,\"i64\":-1,\"f64\":0.1}",
                GgufBytes.parse(file).metadata().toString());
    }

    @Test
    void shapesAreOutermostFirstAndBytesExact() {
        byte[] file = new GgufBytes()
                .alignment(64)
                .tensor("a", GgmlType.Q4_0, 2, 64, 3)
                .tensor("b", GgmlType.F32, 0, 5)
                .bytes();
        int dataBegin = file.length - 128 - 64;
        file[dataBegin + 128] = 42;
        GgufFile parsed = GgufBytes.parse(file);
        assertEquals(List.of(3L, 64L), parsed.tensors().get("a").shape());
        assertEquals(108, parsed.tensors().get("a").data().byteSize());
        assertEquals(20, parsed.tensors().get("b").data().byteSize());
        assertEquals(42, parsed.tensors().get("b").data().asByteBuffer().get(0));
    }

    @Test
    void otherVersionsAreRefusedByName() {
        refused("model.gguf: GGUF version is 1; supported: 2 and 3", new GgufBytes().version(1));
        refused("model.gguf: GGUF version is 4; supported: 2 and 3", new GgufBytes().version(4));
        refused(
                "model.gguf is a big-endian GGUF file; expected a little-endian one",
                new GgufBytes().version(0x03000000));
        refused(
                "model.gguf is no GGUF file: it does not begin with \"GGUF\"",
                "GGML0000".getBytes(StandardCharsets.US_ASCII));
        refused("model.gguf: the file ends within version at offset 4", "GGUF".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void countsAreBoundedByTheFile() {
        refused(
                "model.gguf: tensor count is 18446744073709551615; expected at most 0, for the file ends there. It is"
                        + " truncated or damaged",
                new GgufBytes().counts(-1, 0));
        refused(
                "model.gguf: metadata count is 1000000; expected at most 0, for the file ends there. It is truncated or"
                        + " damaged",
                new GgufBytes().counts(0, 1_000_000));
        refused(
                "model.gguf: length of metadata \"a\" is 1099511627776; expected at most 0, for the file ends there. It is"
                        + " truncated or damaged",
                Arrays.copyOf(
                        new GgufBytes()
                                .alignment(8)
                                .pair(
                                        "a",
                                        8,
                                        GgufBytes.buffer(8).putLong(1L << 40).array())
                                .bytes(),
                        // magic, version, counts, general.alignment, a
                        24 + 8 + 17 + 4 + 4 + 8 + 1 + 4 + 8));
        byte[] array = GgufBytes.buffer(4 + 8).putInt(8).putLong(1L << 61).array();
        refused(
                "model.gguf: length of metadata \"a\" is 2305843009213693952; expected at most 32769, for the file ends"
                        + " there. It is truncated or damaged",
                new GgufBytes().pair("a", 9, array).dataBytes(1 << 18));
    }

    @Test
    void valuesOfAllArraysTogetherAreBounded() {
        int length = 3 << 20;
        byte[] array =
                Arrays.copyOf(GgufBytes.buffer(12).putInt(0).putLong(length).array(), 12 + length);
        byte[] file = GgufBytes.buffer(24 + 2 * (8 + 1 + 4 + array.length))
                .put(Arrays.copyOf(new GgufBytes().counts(0, 2).bytes(), 24))
                .putLong(1)
                .put((byte) 'a')
                .putInt(9)
                .put(array)
                .putLong(1)
                .put((byte) 'b')
                .putInt(9)
                .put(array)
                .array();
        refused("model.gguf: length of metadata \"b\" is 3145728; expected at most 1048576", file);
    }

    @Test
    void metadataIsReadStrictly() {
        refused(
                "model.gguf: metadata \"a\" is there twice",
                new GgufBytes().u32("a", 1).u32("a", 1));
        refused("model.gguf: metadata \"a\" is 2; a bool is 0 or 1", new GgufBytes().pair("a", 7, new byte[] {2}));
        refused(
                "model.gguf: metadata \"a\" has the unknown type 13; expected 0 to 12",
                new GgufBytes().pair("a", 13, new byte[8]));
        refused(
                "model.gguf: metadata \"a\" is an array of arrays; expected a flat array",
                new GgufBytes().pair("a", 9, GgufBytes.buffer(12).putInt(9).array()));
        refused(
                "model.gguf: metadata \"a\" is not valid UTF-8",
                new GgufBytes().pair("a", 8, GgufBytes.string(new byte[] {(byte) 0xC0, (byte) 0x80})));
        refused(
                "model.gguf: length of metadata key 0 is 65536; expected at most 65535",
                new GgufBytes().u32("k".repeat(65536), 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 48, 131072, -32})
    void alignmentIsAPowerOfTwo(int alignment) {
        refused(
                "model.gguf: general.alignment is \"" + Integer.toUnsignedLong(alignment)
                        + "\"; expected a power of two from 8 to 65536",
                new GgufBytes().u32("general.alignment", alignment));
    }

    @Test
    void tensorsLieApartWithinTheData() {
        refused(
                "model.gguf: tensor \"a\" has 40 bytes at offset 0, beyond the 32 bytes of data. The file is truncated or"
                        + " damaged",
                new GgufBytes().tensorAt("a", 0, 0, 10).dataBytes(32));
        refused(
                "model.gguf: tensor \"a\" has 4 bytes at offset 18446744073709551584, beyond the 32 bytes of data. The file"
                        + " is truncated or damaged",
                new GgufBytes().tensorAt("a", 0, -32, 1).dataBytes(32));
        refused(
                "model.gguf: tensor \"a\" is at offset 8; expected a multiple of the alignment, 32",
                new GgufBytes().tensorAt("a", 0, 8, 1).dataBytes(32));
        refused(
                "model.gguf: tensor \"b\" has 4 bytes at offset 32, which overlaps tensor \"a\"",
                new GgufBytes().tensorAt("b", 0, 32, 1).tensorAt("a", 0, 0, 9).dataBytes(64));
        refused(
                "model.gguf: tensor \"a\" is there twice",
                new GgufBytes().tensor("a", GgmlType.F32, 0, 1).tensor("a", GgmlType.F32, 0, 1));
    }

    @Test
    void shapesMustFitTheirType() {
        refused(
                "model.gguf: tensor \"a\" has rows of 33 values; Q8_0 needs a multiple of 32",
                new GgufBytes().tensorAt("a", 8, 0, 33).dataBytes(64));
        refused(
                "model.gguf: tensor \"a\" has shape [4611686018427387904, 4], which overflows",
                new GgufBytes().tensorAt("a", 0, 0, 4, 1L << 62).dataBytes(64));
        refused(
                "model.gguf: tensor \"a\" has shape [-1]; expected dimensions from 1 to 2^63 - 1",
                new GgufBytes().tensorAt("a", 0, 0, -1).dataBytes(64));
        refused(
                "model.gguf: tensor \"a\" has 5 dimensions; expected 1 to 4",
                new GgufBytes().tensorAt("a", 0, 0, 1, 1, 1, 1, 1).dataBytes(64));
        refused(
                "model.gguf: tensor \"a\" has the unknown type 4",
                new GgufBytes().tensorAt("a", 4, 0, 32).dataBytes(64));
        refused(
                "model.gguf: length of name of tensor 0 is 65; expected at most 64",
                new GgufBytes().tensorAt("n".repeat(65), 0, 0, 1).dataBytes(64));
    }

    @Test
    void vocabularyWithoutTensorsMayEndBeforeItsPadding() {
        byte[] file = new GgufBytes().alignment(32).bytes();
        assertTrue(GgufBytes.parse(Arrays.copyOf(file, 24 + 8 + 17 + 4 + 4))
                .tensors()
                .isEmpty());
    }

    private static void refused(String message, GgufBytes file) {
        refused(message, file.bytes());
    }

    private static void refused(String message, byte[] file) {
        assertEquals(
                message,
                assertThrows(ModelException.class, () -> GgufBytes.parse(file)).getMessage());
    }
}
