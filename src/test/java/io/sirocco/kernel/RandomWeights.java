package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** A random matrix as a file would hold it, and its values, dequantised by code that shares nothing with the kernels. */
final class RandomWeights {

    private final WeightType type;
    private final float[][] values;
    private final byte[][] file;

    private RandomWeights(WeightType type, float[][] values, byte[][] file) {
        this.type = type;
        this.values = values;
        this.file = file;
    }

    static RandomWeights of(WeightType type, int rows, int columns, long seed) {
        Random random = new Random(seed);
        float[][] values = new float[rows][columns];
        byte[][] file = new byte[rows][Math.toIntExact(type.rowBytes(columns))];
        for (int r = 0; r < rows; r++) {
            ByteBuffer bytes = ByteBuffer.wrap(file[r]).order(ByteOrder.LITTLE_ENDIAN);
            for (int k = 0; k < columns; k += type.blockValues()) {
                switch (type) {
                    case F32 -> {
                        values[r][k] = (float) random.nextGaussian();
                        bytes.putFloat(values[r][k]);
                    }
                    case BF16 -> {
                        int bits = Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16;
                        bytes.putShort((short) bits);
                        values[r][k] = Float.intBitsToFloat(bits << 16);
                    }
                    case F16 -> values[r][k] = f16(bytes, random);
                    case Q8_0 -> {
                        float d = f16(bytes, random);
                        for (int j = 0; j < 32; j++) {
                            byte q = (byte) random.nextInt();
                            bytes.put(q);
                            values[r][k + j] = q * d;
                        }
                    }
                    case Q4_0 -> nibbles(bytes, values[r], k, random, f16(bytes, random), Float.NaN);
                    case Q4_1 -> nibbles(bytes, values[r], k, random, f16(bytes, random), f16(bytes, random));
                    case Q6_K -> sixBits(bytes, values[r], k, random);
                }
            }
        }
        return new RandomWeights(type, values, file);
    }

    private static void nibbles(ByteBuffer bytes, float[] row, int k, Random random, float d, float m) {
        for (int j = 0; j < 16; j++) {
            int b = random.nextInt(256);
            bytes.put((byte) b);
            row[k + j] = Float.isNaN(m) ? ((b & 15) - 8) * d : (b & 15) * d + m;
            row[k + j + 16] = Float.isNaN(m) ? ((b >> 4) - 8) * d : (b >> 4) * d + m;
        }
    }

    /** ggml-quants.c, dequantize_row_q6_K, one block. */
    private static void sixBits(ByteBuffer bytes, float[] row, int k, Random random) {
        byte[] b = new byte[208];
        random.nextBytes(b);
        bytes.put(b);
        float d = f16(bytes, random);
        int ql = 0;
        int qh = 128;
        int sc = 192;
        for (int n = k; n < k + 256; n += 128) {
            for (int l = 0; l < 32; l++) {
                int is = sc + l / 16;
                row[n + l] = d * b[is] * (((b[ql + l] & 0xF) | (b[qh + l] & 3) << 4) - 32);
                row[n + l + 32] = d * b[is + 2] * (((b[ql + l + 32] & 0xF) | (b[qh + l] >> 2 & 3) << 4) - 32);
                row[n + l + 64] = d * b[is + 4] * (((b[ql + l] >> 4 & 0xF) | (b[qh + l] >> 4 & 3) << 4) - 32);
                row[n + l + 96] = d * b[is + 6] * (((b[ql + l + 32] >> 4 & 0xF) | (b[qh + l] >> 6 & 3) << 4) - 32);
            }
            ql += 64;
            qh += 32;
            sc += 8;
        }
    }

    /** Any finite f16, subnormals and zeros of both signs included; mostly of middling size. */
    private static float f16(ByteBuffer bytes, Random random) {
        short bits = (short)
                switch (random.nextInt(8)) {
                    case 0 -> random.nextInt(1024);
                    case 1 -> 0x8000 | random.nextInt(1024);
                    case 2 -> random.nextInt(2) << 15 | random.nextInt(0x7C00);
                    default -> random.nextInt(2) << 15 | 0x2C00 + random.nextInt(0x1000);
                };
        bytes.putShort(bits);
        int e = bits >> 10 & 31;
        int m = bits & 1023;
        double magnitude = e == 0 ? Math.scalb((double) m, -24) : Math.scalb(1024.0 + m, e - 25);
        return (float) (bits < 0 ? -magnitude : magnitude);
    }

    /** The fewest columns, at least so many, that fit the type's block. */
    static int columns(WeightType type, int least) {
        return Math.ceilDiv(least, type.blockValues()) * type.blockValues();
    }

    float[][] values() {
        return values;
    }

    /** The rows as a file stores them. */
    byte[][] file() {
        return file;
    }

    int rows() {
        return values.length;
    }

    int columns() {
        return values[0].length;
    }

    RowSource source() {
        return r -> MemorySegment.ofArray(file[r]);
    }

    Matrix pack(Arena arena) {
        return new RowMatrix(type, rows(), columns(), source()).pack(arena);
    }

    /** The same values as f32 weights. */
    Matrix packAsFloats(Arena arena) {
        return new RowMatrix(WeightType.F32, rows(), columns(), r -> MemorySegment.ofArray(values[r])).pack(arena);
    }
}
