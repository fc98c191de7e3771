package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionTest {

    @ParameterizedTest
    @EnumSource
    void everyTypeWidensToItsValues(WeightType from) {
        int columns = RandomWeights.columns(from, 96);
        RandomWeights weights = RandomWeights.of(from, 5, columns, 3);
        RowSource widened = Conversion.rows(weights.source(), from, columns, WeightType.F32);
        for (int r = 0; r < 5; r++) {
            assertArrayEquals(weights.values()[r], floats(widened.row(r)), 1e-6f * largest(weights.values()[r]));
        }
    }

    @Test
    void bf16IsRoundedToTheNearestAndTiesToEven() {
        assertEquals((short) 0x3F80, bf16(0x3F807FFF));
        assertEquals((short) 0x3F80, bf16(0x3F808000), "a tie, to even");
        assertEquals((short) 0x3F81, bf16(0x3F808001));
        assertEquals((short) 0x3F82, bf16(0x3F818000), "a tie, to even");
        assertEquals((short) 0x4000, bf16(0x3FFFC000), "into the next exponent");
        assertEquals((short) 0x8001, bf16(0x8000FFFF), "a subnormal");
    }

    private static short bf16(int bits) {
        return shorts(convert(new float[] {Float.intBitsToFloat(bits)}, WeightType.BF16))[0];
    }

    @Test
    void f16IsRoundedToTheNearest() {
        short[] halves = shorts(convert(new float[] {1 + 0x1p-11f, 1 + 0x3p-11f, 65519f, -0f}, WeightType.F16));
        assertArrayEquals(new short[] {0x3C00, 0x3C02, 0x7BFF, (short) 0x8000}, halves);
    }

    /** The scale is 1: roundf, halves away from zero. */
    @Test
    void q8WorkedExample() {
        float[] x = new float[32];
        x[0] = -127;
        x[1] = 0.5f;
        x[2] = -0.5f;
        x[3] = 1.49f;
        x[4] = 126.5f;
        byte[] block = convert(x, WeightType.Q8_0).toArray(ValueLayout.JAVA_BYTE);
        byte[] expected = new byte[34];
        expected[1] = 0x3C;
        expected[2] = -127;
        expected[3] = 1;
        expected[4] = -1;
        expected[5] = 1;
        expected[6] = 127;
        assertArrayEquals(expected, block);
    }

    /** The extreme, 8, becomes -8 under a scale of -1; its opposite has to do with 7. */
    @Test
    void q4WorkedExample() {
        float[] x = new float[32];
        x[0] = 8;
        x[1] = -8;
        x[2] = 0.5f;
        x[16] = -0.5f;
        x[18] = -7.4f;
        byte[] block = convert(x, WeightType.Q4_0).toArray(ValueLayout.JAVA_BYTE);
        byte[] expected = new byte[18];
        Arrays.fill(expected, (byte) 0x88);
        expected[0] = 0;
        expected[1] = (byte) 0xBC;
        expected[2] = (byte) 0x90;
        expected[3] = (byte) 0x8F;
        expected[4] = (byte) 0xF8;
        assertArrayEquals(expected, block);
        x[0] = -9;
        assertEquals(1.125f, Float.float16ToFloat(shorts(convert(x, WeightType.Q4_0))[0]), "-8 of these are -9");
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void aBlockOfZerosStaysOne(WeightType to) {
        byte[] block = convert(new float[32], to).toArray(ValueLayout.JAVA_BYTE);
        float[] back = floats(Conversion.rows(r -> MemorySegment.ofArray(block), to, 32, WeightType.F32)
                .row(0));
        assertArrayEquals(new float[32], back, Float.MIN_VALUE);
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void blocksAreAsNearAsTheirScaleAllows(WeightType to) {
        Random random = new Random(4);
        float[] x = new float[32 * 100];
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) random.nextGaussian();
        }
        MemorySegment row = convert(x, to);
        float[] back =
                floats(Conversion.rows(r -> row, to, x.length, WeightType.F32).row(0));
        for (int k = 0; k < x.length; k += 32) {
            float most = largest(Arrays.copyOfRange(x, k, k + 32));
            // Half a step and what the scale loses in f16; for Q4_0 a whole one where 8 steps would be needed but 7 is
            // the end.
            float step = to == WeightType.Q8_0 ? most / 127 * 0.57f : most / 8 * 1.02f;
            assertArrayEquals(Arrays.copyOfRange(x, k, k + 32), Arrays.copyOfRange(back, k, k + 32), step);
        }
    }

    @Test
    void whatIsNotFiniteIsRefusedByItsPlace() {
        float[] x = new float[32];
        x[7] = Float.NaN;
        String message = assertThrows(IllegalArgumentException.class, () -> convert(x, WeightType.Q8_0))
                .getMessage();
        assertTrue(message.startsWith("row 0, column 7 is NaN"), message);
    }

    @Test
    void columnsThatDoNotFitTheBlockAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> convert(new float[40], WeightType.Q4_0));
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_1", "Q6_K"})
    void whatNothingIsConvertedToIsRefused(WeightType to) {
        String message = assertThrows(IllegalArgumentException.class, () -> convert(new float[256], to))
                .getMessage();
        assertEquals("nothing is converted to " + to, message);
    }

    private static MemorySegment convert(float[] x, WeightType to) {
        return Conversion.rows(r -> MemorySegment.ofArray(x), WeightType.F32, x.length, to)
                .row(0);
    }

    private static float[] floats(MemorySegment row) {
        return row.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    private static short[] shorts(MemorySegment row) {
        short[] values = new short[(int) row.byteSize() / 2];
        ByteBuffer.wrap(row.toArray(ValueLayout.JAVA_BYTE))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(values);
        return values;
    }

    private static float largest(float[] x) {
        float most = 0;
        for (float value : x) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }
}
