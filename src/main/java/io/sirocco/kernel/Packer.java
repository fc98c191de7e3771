package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Transposes the rows of a file into one panel, some columns at a time so that both sides stay in the cache. See {@link Panels}. */
final class Packer {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Columns at a time, a multiple of every block. */
    private static final int STRIP = 256;

    private static final int ROWS = Panels.ROWS;

    private final WeightType type;
    private final int columns;
    private final int firstRow;
    private final MemorySegment[] rows = new MemorySegment[ROWS];
    private final int[] out;

    private Packer(WeightType type, int firstRow, int columns) {
        this.type = type;
        this.firstRow = firstRow;
        this.columns = columns;
        this.out = new int[Math.toIntExact(Panels.bytes(type, STRIP) / 4)];
    }

    /** Packs rows firstRow .. firstRow + 31, those from {@code rows} on being zeros. */
    static void pack(
            WeightType type, int firstRow, int rows, int columns, RowSource source, MemorySegment data, long at) {
        Packer packer = new Packer(type, firstRow, columns);
        long rowBytes = type.rowBytes(columns);
        for (int i = 0; i < ROWS && firstRow + i < rows; i++) {
            MemorySegment row = source.row(firstRow + i);
            if (row != null && row.byteSize() != rowBytes) {
                throw new IllegalArgumentException("row " + (firstRow + i) + " has " + row.byteSize() + " bytes; "
                        + columns + " columns of " + type + " need " + rowBytes);
            }
            packer.rows[i] = row;
        }
        packer.run(data, at);
    }

    private void run(MemorySegment data, long at) {
        for (int k = 0; k < columns; k += STRIP) {
            int n = Math.min(STRIP, columns - k);
            Arrays.fill(out, 0);
            for (int i = 0; i < ROWS; i++) {
                if (rows[i] != null) {
                    strip(i, k, n);
                }
            }
            MemorySegment.copy(
                    out, 0, data, INT, at + Panels.bytes(type, k), Math.toIntExact(Panels.bytes(type, n) / 4));
        }
    }

    /** Columns k .. k + n - 1 of row i. */
    private void strip(int i, int k, int n) {
        MemorySegment row = rows[i];
        long from = type.rowBytes(k);
        switch (type) {
            case F32 -> {
                for (int c = 0; c < n; c++) {
                    out[c * ROWS + i] = row.get(INT, from + 4L * c);
                }
            }
            case BF16 -> {
                int shift = (i >> 4) * 16;
                for (int c = 0; c < n; c++) {
                    out[c * 16 + (i & 15)] |= (row.get(SHORT, from + 2L * c) & 0xFFFF) << shift;
                }
            }
            case F16 -> {
                int shift = (i >> 4) * 16;
                for (int c = 0; c < n; c++) {
                    out[c * 16 + (i & 15)] |= finite(row.get(SHORT, from + 2L * c), i, k + c, "value") << shift;
                }
            }
            case Q6_K -> sixBits(row, from, i, k);
            case Q8_0, Q4_0, Q4_1 -> {
                int words = Math.toIntExact(Panels.bytes(type, 32) / 4);
                for (int b = 0; b < n / 32; b++) {
                    block(row, from + b * (long) type.blockBytes(), i, k + b * 32, b * words);
                }
            }
        }
    }

    /** One block of row i to the words of {@code out} from o on. */
    private void block(MemorySegment row, long from, int i, int k, int o) {
        int lane = i & 15;
        int shift = (i >> 4) * 16;
        out[o + lane] |= finite(row.get(SHORT, from), i, k, "scale") << shift;
        if (type == WeightType.Q4_1) {
            out[o + 16 + lane] |= finite(row.get(SHORT, from + 2), i, k, "minimum") << shift;
        }
        int values = o + Panels.headerBytes(type) / 4 + lane;
        if (type == WeightType.Q8_0) {
            for (int g = 0; g < 8; g++) {
                out[values + (g * 2 + (i >> 4)) * 16] = row.get(INT, from + 2 + 4L * g);
            }
            return;
        }
        // Gathers the low, then the high nibbles of four bytes, into 16 bits.
        long nibbles = from + type.blockBytes() - 16;
        for (int g = 0; g < 4; g++) {
            int bytes = row.get(INT, nibbles + 4L * g);
            out[values + g * 16] |= Integer.compress(bytes, 0x0F0F0F0F) << shift;
            out[values + (g + 4) * 16] |= Integer.compress(bytes, 0xF0F0F0F0) << shift;
        }
    }

    /** One block of Q6_K, which is a strip. */
    private void sixBits(MemorySegment row, long from, int i, int k) {
        int lane = i & 15;
        int half = i >> 4;
        out[lane] |= finite(row.get(SHORT, from + SixBits.D), i, k, "scale") << (half * 16);
        for (int g = 0; g < 4; g++) {
            out[16 + (g * 2 + half) * 16 + lane] = row.get(INT, from + SixBits.SCALES + 4L * g);
        }
        int values = Panels.headerBytes(type) / 4 + lane;
        for (int g = 0; g < 32; g++) {
            long bits = 0;
            for (int j = 0; j < 8; j++) {
                bits |= (SixBits.q(row, from, g * 8 + j) & 63L) << (j * 6);
            }
            out[values + g * 48 + half * 16] = (int) bits;
            out[values + g * 48 + 32] |= (int) (bits >>> 32) << (half * 16);
        }
    }

    private int finite(short f16, int i, int column, String what) {
        if ((f16 & 0x7C00) == 0x7C00) {
            throw new IllegalArgumentException("row " + (firstRow + i) + ", column " + column + ": the f16 " + what
                    + " is " + Float.float16ToFloat(f16) + "; expected a finite number");
        }
        return f16 & 0xFFFF;
    }
}
