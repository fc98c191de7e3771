package io.sirocco.kernel;

import java.util.Arrays;

/**
 * One worker's share of a matrix product. Tokens go in blocks whose x stays in the L2 cache; within a block workers take pairs of
 * panels from the shared counter, and the last pairs of all in halves, so that they end together. A product runs over all of K at
 * once with the panels from L2. f32 and bf16 are multiplied as they are. Other types are read ahead, then widened into f32 scratch, a
 * slice of K at a time, for more tokens at once; or for one or two tokens in registers.
 */
final class MatrixProduct {

    private static final int ROWS = Panels.ROWS;

    /** Most tokens of a block. */
    private static final int TOKENS = 96;

    private static final int WIDENED_TOKENS = 768;

    /** Tokens of the largest tile. */
    private static final int TILE_TOKENS = 6;

    /** Tokens up to which panels are widened in registers, and for them two at a time only. */
    private static final int FEW_TOKENS = 2;

    /** Most columns of a widened slice: two panels of it fit the L2 cache beside the tokens. */
    private static final int SLICE = 1536;

    /** Two panels at once make a tile of 4 x 6, which wants 32 registers; machines that stop at 256 bits have 16. */
    private static final boolean PAIRS = Lanes.COUNT != 8;

    private MatrixProduct() {}

    static void run(Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Kernels.Then then, Worker worker) {
        int pairs = 0;
        int most = TOKENS;
        boolean halves = worker.count() > 1;
        for (int i = 0; i < w.parts().size(); i++) {
            Matrix m = w.parts().get(i);
            pairs += pairs(m);
            most = isWidened(m) ? WIDENED_TOKENS : most;
            halves &= !isWidenedInRegisters(m, tokens);
        }
        int block = evenly(tokens, most, TILE_TOKENS);
        int last = Math.ceilDiv(tokens, block) - 1;
        int halved = halves ? Math.min(pairs, worker.count()) : 0;
        int items = (last + 1) * pairs + halved;
        for (int item = worker.next(); item < items; item = worker.next()) {
            int b = Math.min(item / pairs, last);
            int pair = item - b * pairs;
            int half = -1;
            if (b == last && pair >= pairs - halved) {
                half = pair - (pairs - halved);
                pair = pairs - halved + half / 2;
            }
            int t = b * block;
            int n = Math.min(block, tokens - t);
            pair(w, pair, half, x, t * ldx, ldx, n, y, t * ldy, ldy, then, worker.scratch());
        }
    }

    private static int pairs(Matrix m) {
        return Math.ceilDiv(m.panels(), 2);
    }

    private static boolean isWidened(Matrix m) {
        return m.type() != WeightType.F32 && m.type() != WeightType.BF16;
    }

    private static boolean isWidenedInRegisters(Matrix m, int tokens) {
        return PAIRS && tokens <= FEW_TOKENS && isWidened(m) && m.type() != WeightType.Q6_K;
    }

    /** A pair of panels counted over all parts, or one of the two: the first for even half, the second for odd, both if negative. */
    private static void pair(
            Linear w,
            int pair,
            int half,
            float[] x,
            int xo,
            int ldx,
            int tokens,
            float[] y,
            int yo,
            int ldy,
            Kernels.Then then,
            Scratch scratch) {
        int part = 0;
        int firstRow = 0;
        while (pair >= pairs(w.parts().get(part))) {
            pair -= pairs(w.parts().get(part));
            firstRow += w.parts().get(part).rows();
            part++;
        }
        Matrix m = w.parts().get(part);
        int panel = 2 * pair + (half < 0 ? 0 : half & 1);
        if (panel >= m.panels()) {
            return;
        }
        int count = half < 0 ? Math.min(2, m.panels() - panel) : 1;
        float[] sums = scratch.sums(tokens * 2 * ROWS);
        Arrays.fill(sums, 0, tokens * 2 * ROWS, 0f);
        if (count == 2 && isWidenedInRegisters(m, tokens)) {
            widenedInRegisters(m, panel, x, xo, ldx, tokens, sums, scratch);
        } else if (isWidened(m)) {
            widened(m, panel, count, x, xo, ldx, tokens, sums, scratch);
        } else {
            long data = m.data().address();
            product(
                    m.type(),
                    data + m.panel(panel),
                    data + m.panel(panel + 1),
                    count,
                    x,
                    xo,
                    ldx,
                    m.columns(),
                    tokens,
                    sums);
        }
        int row = panel * ROWS;
        int rows = Math.min(count * ROWS, m.rows() - row);
        finish(sums, rows, tokens, y, yo, firstRow + row, ldy, then);
    }

    private static void widenedInRegisters(
            Matrix m, int panel, float[] x, int xo, int ldx, int tokens, float[] sums, Scratch scratch) {
        long a = m.data().address() + m.panel(panel);
        long b = m.data().address() + m.panel(panel + 1);
        int n = m.columns();
        scratch.touched += ReadAhead.run(a, m.panel(2));
        long scales = scratch.wide(n / 32 * NibblePairTiles.SCALE_BYTES).address();
        Widening.scales(m.type(), a, n, scales, NibblePairTiles.SCALE_BYTES);
        Widening.scales(m.type(), b, n, scales + 128, NibblePairTiles.SCALE_BYTES);
        int header = Panels.headerBytes(m.type());
        long block = Panels.bytes(m.type(), m.type().blockValues());
        for (int c = 0; c < 16; c += Lanes.COUNT) {
            long at = a + header + 4L * c;
            long bt = b + header + 4L * c;
            switch (m.type()) {
                case F16 -> HalfPairTiles.run(at, bt, x, xo, ldx, n, tokens, sums, c);
                case Q8_0 -> BytePairTiles.run(at, bt, scales + 4L * c, x, xo, ldx, n, tokens, sums, c);
                case Q4_0, Q4_1 -> NibblePairTiles.run(at, bt, block, scales + 4L * c, x, xo, ldx, n, tokens, sums, c);
                case F32, BF16, Q6_K -> throw new AssertionError(m.type());
            }
        }
    }

    private static void widened(
            Matrix m, int panel, int count, float[] x, int xo, int ldx, int tokens, float[] sums, Scratch scratch) {
        int slice = evenly(m.columns(), SLICE, Math.max(32, m.type().blockValues()));
        long size = 4L * ROWS * slice;
        long wide = scratch.wide(2 * size + slice / 32 * (long) Widening.SCALE_BYTES)
                .address();
        for (int k = 0; k < m.columns(); k += slice) {
            int n = Math.min(slice, m.columns() - k);
            for (int i = 0; i < count; i++) {
                long at = m.data().address() + m.panel(panel + i) + Panels.bytes(m.type(), k);
                scratch.touched += ReadAhead.run(at, Panels.bytes(m.type(), n));
                Widening.run(m.type(), at, n, wide + i * size, wide + 2 * size);
            }
            product(WeightType.F32, wide, wide + size, count, x, xo + k, ldx, n, tokens, sums);
        }
    }

    /** The size of the least number of pieces of n, all about as large, that are at most so large and, but for the last, a multiple. */
    private static int evenly(int n, int most, int multiple) {
        int size = Math.ceilDiv(n, Math.ceilDiv(n, most));
        return Math.ceilDiv(size, multiple) * multiple;
    }

    /** Continues the chains in sums, stride 64, by n columns of one or two panels at the addresses a and b. Narrow vectors go over a panel's 16 words in turn. */
    private static void product(
            WeightType type, long a, long b, int count, float[] x, int xo, int ldx, int n, int tokens, float[] sums) {
        for (int c = 0; c < 16; c += Lanes.COUNT) {
            if (PAIRS && count == 2) {
                if (type == WeightType.F32) {
                    F32PairTiles.run(a + 4L * c, b + 4L * c, x, xo, ldx, n, tokens, sums, c);
                } else {
                    Bf16PairTiles.run(a + 4L * c, b + 4L * c, x, xo, ldx, n, tokens, sums, c);
                }
                continue;
            }
            for (int i = 0; i < count; i++) {
                long at = (i == 0 ? a : b) + 4L * c;
                if (type == WeightType.F32) {
                    F32PanelTiles.run(at, x, xo, ldx, n, tokens, sums, i * ROWS + c);
                } else {
                    Bf16PanelTiles.run(at, x, xo, ldx, n, tokens, sums, i * ROWS + c);
                }
            }
        }
    }

    private static void finish(
            float[] sums, int rows, int tokens, float[] y, int yo, int row, int ldy, Kernels.Then then) {
        switch (then) {
            case STORE -> {
                for (int t = 0; t < tokens; t++) {
                    System.arraycopy(sums, t * 2 * ROWS, y, yo + t * ldy + row, rows);
                }
            }
            case ADD -> {
                for (int t = 0; t < tokens; t++) {
                    Elementwise.add(sums, t * 2 * ROWS, y, yo + t * ldy + row, rows);
                }
            }
            case SWIGLU -> {
                for (int t = 0; t < tokens; t++) {
                    for (int r = 0; r < rows; r += ROWS) {
                        Elementwise.swiglu(sums, t * 2 * ROWS + r, y, yo + t * ldy + (row + r) / 2);
                    }
                }
            }
        }
    }
}
