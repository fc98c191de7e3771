package io.sirocco.weights;

import io.sirocco.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Values of a tensor, written down from the definitions in {@link WeightType}. */
final class Dequantized {
    private Dequantized() {}

    static float[] lastRow(Tensor tensor) {
        int columns = Math.toIntExact(tensor.shape().getLast());
        long rowBytes = tensor.type().rowBytes(columns);
        MemorySegment row = tensor.data().asSlice(tensor.data().byteSize() - rowBytes, rowBytes);
        float[] values = new float[columns];
        for (int i = 0; i < columns; i++) {
            values[i] = value(tensor.type(), row, i);
        }
        return values;
    }

    private static float value(WeightType type, MemorySegment row, int i) {
        long block = (long) i / type.blockValues() * type.blockBytes();
        int j = i % type.blockValues();
        return switch (type) {
            case F32 ->
                Float.intBitsToFloat(row.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), block));
            case F16 -> half(row, block);
            case BF16 -> Float.intBitsToFloat(bits(row, block) << 16);
            case Q8_0 -> row.get(ValueLayout.JAVA_BYTE, block + 2 + j) * half(row, block);
            case Q4_0 -> (nibble(row, block + 2, j) - 8) * half(row, block);
            case Q4_1 -> nibble(row, block + 4, j) * half(row, block) + half(row, block + 2);
            case Q6_K ->
                (sixBits(row, block, j) - 32)
                        * (row.get(ValueLayout.JAVA_BYTE, block + 192 + j / 16) * half(row, block + 208));
        };
    }

    private static int nibble(MemorySegment row, long offset, int j) {
        return row.get(ValueLayout.JAVA_BYTE, offset + j % 16) >> (j / 16 * 4) & 0xF;
    }

    private static int sixBits(MemorySegment row, long block, int j) {
        int low = row.get(ValueLayout.JAVA_BYTE, block + j / 128 * 64L + j % 64) >> (j / 64 % 2 * 4) & 0xF;
        int high = row.get(ValueLayout.JAVA_BYTE, block + 128 + j / 128 * 32L + j % 32) >> (j / 32 % 4 * 2) & 3;
        return low | high << 4;
    }

    private static float half(MemorySegment row, long offset) {
        return Float.float16ToFloat(bits(row, offset));
    }

    private static short bits(MemorySegment row, long offset) {
        return row.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), offset);
    }
}
