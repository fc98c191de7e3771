package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumericsTest {

    /** 1 is 3F80, and its neighbours in bf16 are 2^-7 above and 2^-8 below. */
    @ParameterizedTest
    @CsvSource({
        // Exact.
        "0x0p0, 0000",
        "-0x0p0, 8000",
        "0x1p0, 3F80",
        "-0x1.02p0, BF81",
        // Nearest.
        "0x1.00FFFEp0, 3F80",
        "0x1.010002p0, 3F81",
        "-0x1.010002p0, BF81",
        // Ties, to even: down, up, down; the carry into the exponent.
        "0x1.01p0, 3F80",
        "0x1.03p0, 3F82",
        "0x1.05p0, 3F82",
        "-0x1.03p0, BF82",
        "0x1.FFp0, 4000",
        // Subnormal: the least of f32 to 0, ties around the least of bf16, the largest to the least normal.
        "0x1p-149, 0000",
        "-0x1p-149, 8000",
        "0x1p-134, 0000",
        "0x1.8p-133, 0002",
        "0x1p-133, 0001",
        "0x0.FFFFFEp-126, 0080",
        // Too large: the last that stays finite, the first that does not.
        "0x1.FEFFFEp127, 7F7F",
        "0x1.FFp127, 7F80",
        "-0x1.FFFFFEp127, FF80",
        "Infinity, 7F80",
        "-Infinity, FF80",
    })
    void bf16IsRoundedToNearestEven(float x, String expected) {
        assertEquals(expected, String.format("%04X", Numerics.floatToBf16(x)));
    }

    @Test
    void bf16KeepsNaN() {
        for (int bits : new int[] {0x7FC00000, 0xFFC00000, 0x7F800001, 0xFF80FFFF, 0x7FFFFFFF, 0xFFFFFFFF}) {
            float nan = Float.intBitsToFloat(bits);
            assertTrue(Float.isNaN(Numerics.bf16ToFloat(Numerics.floatToBf16(nan))), () -> Integer.toHexString(bits));
        }
    }

    @Test
    void everyBf16IsItsOwnRounding() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float x = Numerics.bf16ToFloat((short) bits);
            if (!Float.isNaN(x)) {
                assertEquals((short) bits, Numerics.floatToBf16(x));
            }
        }
    }

    @Test
    void noBf16IsNearer() {
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            float x = Float.intBitsToFloat(random.nextInt(0x7F7F0000) | random.nextInt(2) << 31);
            short rounded = Numerics.floatToBf16(x);
            BigDecimal error = error(rounded, x);
            assertTrue(error.compareTo(error((short) (rounded + 1), x)) <= 0, () -> "above " + x);
            assertTrue(rounded << 17 == 0 || error.compareTo(error((short) (rounded - 1), x)) <= 0, () -> "below " + x);
        }
    }

    private static BigDecimal error(short bf16, float x) {
        return new BigDecimal(Numerics.bf16ToFloat(bf16))
                .subtract(new BigDecimal(x))
                .abs();
    }
}
