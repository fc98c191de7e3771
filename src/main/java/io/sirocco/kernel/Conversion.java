package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of one weight type as rows of another: widened exactly to f32, then rounded. To BF16 and F16 to the nearest, ties to even; to Q8_0
 * and Q4_0 as ggml's reference does (quantize_row_q8_0_ref, quantize_row_q4_0_ref in ggml-quants.c).
 */
public final class Conversion {

    private static final int BLOCK = 32;

    private Conversion() {}

    /**
     * The rows, converted as they are asked for.
     *
     * @param to F32, BF16, F16, Q8_0 or Q4_0
     * @throws IllegalArgumentException at once if the columns do not fit a block or the type cannot be converted to; from a row if it
     *     has a value that is not finite
     */
    public static RowSource rows(RowSource rows, WeightType from, int columns, WeightType to) {
        if (to == WeightType.Q4_1 || to == WeightType.Q6_K) {
            throw new IllegalArgumentException("nothing is converted to " + to);
        }
        int bytes = Math.toIntExact(to.rowBytes(columns));
        return r -> {
            float[] values = widen(rows.row(r), from, columns);
            for (int k = 0; k < columns; k++) {
                if (!Float.isFinite(values[k])) {
                    throw new IllegalArgumentException(
                            "row " + r + ", column " + k + " is " + values[k] + "; expected a finite number");
                }
            }
            ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            narrow(values, to, out);
            return MemorySegment.ofArray(out.array());
        };
    }

    private static float[] widen(MemorySegment row, WeightType type, int columns) {
        ByteBuffer in = ByteBuffer.wrap(row.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
        float[] out = new float[columns];
        for (int k = 0; k < columns; k += type.blockValues()) {
            switch (type) {
                case F32 -> out[k] = in.getFloat();
                case F16 -> out[k] = Float.float16ToFloat(in.getShort());
                case BF16 -> out[k] = Numerics.bf16ToFloat(in.getShort());
                case Q8_0 -> {
                    float d = Float.float16ToFloat(in.getShort());
                    for (int j = 0; j < BLOCK; j++) {
                        out[k + j] = in.get() * d;
                    }
                }
                case Q4_0 -> {
                    float d = Float.float16ToFloat(in.getShort());
                    for (int j = 0; j < BLOCK / 2; j++) {
                        int b = in.get();
                        out[k + j] = ((b & 15) - 8) * d;
                        out[k + j + BLOCK / 2] = ((b >> 4 & 15) - 8) * d;
                    }
                }
                case Q4_1 -> {
                    float d = Float.float16ToFloat(in.getShort());
                    float m = Float.float16ToFloat(in.getShort());
                    for (int j = 0; j < BLOCK / 2; j++) {
                        int b = in.get();
                        out[k + j] = Math.fma(b & 15, d, m);
                        out[k + j + BLOCK / 2] = Math.fma(b >> 4 & 15, d, m);
                    }
                }
                case Q6_K -> {
                    for (int j = 0; j < type.blockValues(); j++) {
                        out[k + j] = SixBits.value(row, type.rowBytes(k), j);
                    }
                }
            }
        }
        return out;
    }

    private static void narrow(float[] values, WeightType type, ByteBuffer out) {
        for (int k = 0; k < values.length; k += type.blockValues()) {
            switch (type) {
                case F32 -> out.putFloat(values[k]);
                case F16 -> out.putShort(Float.floatToFloat16(values[k]));
                case BF16 -> out.putShort(Numerics.floatToBf16(values[k]));
                case Q8_0 -> q8(values, k, out);
                case Q4_0 -> q4(values, k, out);
                case Q4_1, Q6_K -> throw new AssertionError(type);
            }
        }
    }

    private static void q8(float[] x, int k, ByteBuffer out) {
        float most = 0;
        for (int j = 0; j < BLOCK; j++) {
            most = Math.max(most, Math.abs(x[k + j]));
        }
        float d = most / 127;
        float inverse = d == 0 ? 0 : 1 / d;
        out.putShort(Float.floatToFloat16(d));
        for (int j = 0; j < BLOCK; j++) {
            out.put((byte) roundHalfAway(x[k + j] * inverse));
        }
    }

    /** C's roundf. Below 2^22 in size, where all sums are exact in double. */
    private static int roundHalfAway(float v) {
        return (int) (v < 0 ? v - 0.5 : v + 0.5);
    }

    /** The value of the largest size becomes -8, whatever its sign, so that the scale may be negative. */
    private static void q4(float[] x, int k, ByteBuffer out) {
        float extreme = 0;
        for (int j = 0; j < BLOCK; j++) {
            extreme = Math.abs(x[k + j]) > Math.abs(extreme) ? x[k + j] : extreme;
        }
        float d = extreme / -8;
        float inverse = d == 0 ? 0 : 1 / d;
        out.putShort(Float.floatToFloat16(d));
        for (int j = 0; j < BLOCK / 2; j++) {
            int low = Math.min(15, (int) (x[k + j] * inverse + 8.5f));
            int high = Math.min(15, (int) (x[k + j + BLOCK / 2] * inverse + 8.5f));
            out.put((byte) (low | high << 4));
        }
    }
}
