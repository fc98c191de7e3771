package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.kernel.Matrix;
import io.sirocco.kernel.RowMatrix;
import io.sirocco.kernel.WeightType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packed weights, written well and read whatever became of them. */
class PackedWeightsTest {

    private static final String FINGERPRINT = "0123456789abcdef".repeat(4);

    @TempDir
    private Path directory;

    private Path header;
    private Path data;

    @BeforeEach
    void write() throws IOException {
        header = directory.resolve("panels.json");
        data = directory.resolve("panels.bin");
        Map<String, RowMatrix> matrices = new LinkedHashMap<>();
        matrices.put("large", new RowMatrix(WeightType.F32, 3000, 500, PackedWeightsTest::row));
        matrices.put("small", new RowMatrix(WeightType.F32, 33, 500, PackedWeightsTest::row));
        byte[] values = {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40};
        Tensor vector = new Tensor("vector", WeightType.F32, List.of(3L), MemorySegment.ofArray(values));
        PackedWeights.write(directory, FINGERPRINT, List.of(vector), matrices);
    }

    private static MemorySegment row(int r) {
        float[] row = new float[500];
        for (int k = 0; k < row.length; k++) {
            row[k] = r + k / 512f;
        }
        return MemorySegment.ofArray(row);
    }

    @Test
    void whatWasWrittenIsMappedWhereItLies() {
        PackedWeights weights = PackedWeights.open(directory);
        weights.verify();
        assertEquals(FINGERPRINT, weights.fingerprint());
        try (Arena arena = Arena.ofShared()) {
            Map<String, Tensor> tensors = weights.map(arena);
            assertEquals(List.of("vector", "large", "small"), List.copyOf(tensors.keySet()));
            assertArrayEquals(
                    new float[] {1, 2, 3}, tensors.get("vector").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            for (String name : List.of("large", "small")) {
                Tensor tensor = tensors.get(name);
                int rows = Math.toIntExact(tensor.shape().getFirst());
                Matrix matrix = Matrix.over(tensor.type(), rows, 500, tensor.data());
                assertEquals(0, tensor.data().address() % 4096);
                for (int r = 0; r < rows; r++) {
                    float[] row = new float[500];
                    matrix.row(r, row, 0);
                    assertArrayEquals(row(r).toArray(ValueLayout.JAVA_FLOAT), row);
                }
            }
        }
    }

    @Test
    void aChangedByteIsFoundByItsTensor() throws IOException {
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length - 1] ^= 1;
        Files.write(data, bytes);
        String message = assertThrows(
                        ModelException.class,
                        () -> PackedWeights.open(directory).verify())
                .getMessage();
        assertTrue(message.contains("the bytes of \"small\" are not those that were written (CRC-32C is "), message);
    }

    @Test
    void dataOfAnotherSizeIsRefusedBeforeItIsMapped() throws IOException {
        byte[] bytes = Files.readAllBytes(data);
        Files.write(data, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused("panels.bin has " + (bytes.length - 1) + " bytes; panels.json says " + bytes.length);
        Files.write(data, java.util.Arrays.copyOf(bytes, bytes.length + 1));
        assertRefused("panels.bin has ");
        Files.delete(data);
        assertRefused("panels.bin cannot be read: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"layout\" : [0-9]+ | \"layout\" : 99 | \"layout\" is \"99\"; this Sirocco reads ",
                "\"layout\" : [0-9]+ | \"layout\" : \"1\" | \"layout\" is ",
                "\"F32\" | \"Q5_K\" | has the unknown type \"Q5_K\"",
                "\"F32\" | 7 | \"type\" is \"7\"; expected text",
                "\"F32\" | \"Q8_0\" | cannot have the shape ",
                "3000, 500 | 3000, 501 | panels.bin has ",
                "3000, 500 | -3000, 500 | expected one or two numbers from 1 to ",
                "3000, 500 | 0, 500 | expected one or two numbers from 1 to ",
                "3000, 500 | 1073741824, 1073741824 | panels.json says ",
                "3000, 500 | 1073741825, 1 | expected one or two numbers from 1 to ",
                "3000, 500 | 18446744073709551617, 1 | expected one or two numbers from 1 to ",
                "3000, 500 | 3000.5, 1 | expected one or two numbers from 1 to ",
                "3000, 500 | 3000, 500, 1 | expected one or two numbers from 1 to ",
                "\"small\" | \"large\" | the tensor \"large\" is there twice",
                "\"fingerprint\" : \"0123 | \"fingerprint\" : \"x123 | \"fingerprint\" is ",
                "\"crc32c\" : \".\\S+ | \"crc32c\" : \"../../x\" | \"crc32c\" is ",
                "\"tensors\" | \"sensors\" | \"tensors\" is missing",
            })
    void aHeaderThatIsNotRightIsRefused(String what, String by, String expected) throws IOException {
        String text = Files.readString(header);
        String changed = text.replaceFirst(what, by);
        assertTrue(!changed.equals(text), "nothing was changed");
        Files.writeString(header, changed);
        assertRefused(expected);
    }

    @Test
    void sizesThatOverflowTogetherAreRefused() throws IOException {
        StringBuilder tensors = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            tensors.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"")
                    .append(i)
                    .append("\",\"type\":\"F32\",\"shape\":[1073741824,1073741824],\"crc32c\":\"00000000\"}");
        }
        Files.writeString(
                header,
                "{\"layout\":%d,\"fingerprint\":\"%s\",\"tensors\":[%s]}"
                        .formatted(Matrix.LAYOUT, FINGERPRINT, tensors));
        assertRefused("\"1\" cannot have the shape [1073741824, 1073741824]: long overflow");
    }

    private void assertRefused(String expected) {
        String message = assertThrows(ModelException.class, () -> PackedWeights.open(directory))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }
}
