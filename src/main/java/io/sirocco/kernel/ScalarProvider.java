package io.sirocco.kernel;

import static java.lang.Math.fma;
import static java.lang.Math.max;
import static java.lang.Math.min;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The oracle: every kernel as plainly as it can be said. The bits it gives are the definition of the right ones. */
final class ScalarProvider implements Provider {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ROWS = Panels.ROWS;

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void multiply(
            Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Kernels.Then then, Worker worker) {
        int columns = w.columns();
        float[] panel = worker.scratch().panel(columns * ROWS + ROWS);
        int item = worker.next();
        int firstPanel = 0;
        int firstRow = 0;
        for (int i = 0; i < w.parts().size(); i++) {
            Matrix part = w.parts().get(i);
            for (; item < firstPanel + part.panels(); item = worker.next()) {
                int p = item - firstPanel;
                Panels.widen(part.type(), part.data(), part.panel(p), columns, panel);
                int rows = min(ROWS, part.rows() - p * ROWS);
                for (int t = 0; t < tokens; t++) {
                    products(panel, columns, x, t * ldx);
                    int row = firstRow + p * ROWS;
                    store(
                            panel,
                            columns * ROWS,
                            rows,
                            y,
                            t * ldy + (then == Kernels.Then.SWIGLU ? row / 2 : row),
                            then);
                }
            }
            firstPanel += part.panels();
            firstRow += part.rows();
        }
    }

    /** One token's products with the 32 rows of a widened panel, to the 32 floats that follow the panel. */
    private static void products(float[] panel, int columns, float[] x, int xo) {
        int o = columns * ROWS;
        Arrays.fill(panel, o, o + ROWS, 0f);
        for (int k = 0; k < columns; k++) {
            float xk = x[xo + k];
            for (int r = 0; r < ROWS; r++) {
                panel[o + r] = fma(panel[k * ROWS + r], xk, panel[o + r]);
            }
        }
    }

    private static void store(float[] sums, int o, int rows, float[] y, int yo, Kernels.Then then) {
        switch (then) {
            case STORE -> System.arraycopy(sums, o, y, yo, rows);
            case ADD -> {
                for (int r = 0; r < rows; r++) {
                    y[yo + r] = y[yo + r] + sums[o + r];
                }
            }
            case SWIGLU -> {
                for (int r = 0; r < ROWS / 2; r++) {
                    y[yo + r] = Numerics.silu(sums[o + r]) * sums[o + ROWS / 2 + r];
                }
            }
        }
    }

    @Override
    public void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, Worker worker) {
        float[] lanes = worker.scratch().lanes;
        Arrays.fill(lanes, 0f);
        for (int i = 0; i < n; i++) {
            lanes[i & 15] = fma(x[xo + i], x[xo + i], lanes[i & 15]);
        }
        float scale = Numerics.inverseRootMean(Numerics.sum(lanes, 0), n, eps);
        for (int i = 0; i < n; i++) {
            y[yo + i] = x[xo + i] * scale * weight[i];
        }
    }

    @Override
    public void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
        ropeFrom(0, x, xo, headDim, cosSin, co, scale);
    }

    /** Pairs from i on: also the rest that does not fill a vector. */
    static void ropeFrom(int i, float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
        int half = headDim / 2;
        for (; i < half; i++) {
            float a = x[xo + i];
            float b = x[xo + half + i];
            float cos = cosSin[co + i];
            float sin = cosSin[co + half + i];
            x[xo + i] = fma(a, cos, -(b * sin)) * scale;
            x[xo + half + i] = fma(b, cos, a * sin) * scale;
        }
    }

    @Override
    public void attention(
            KvLayout layout,
            MemorySegment pool,
            int[] table,
            int kvHead,
            int group,
            float[] q,
            int qo,
            int ldq,
            float[] out,
            int oo,
            int ldo,
            int tokens,
            int position,
            int window,
            Worker worker) {
        int d = layout.headDim();
        float[] weights = worker.scratch().scores(min(window, position + tokens));
        for (int t = 0; t < tokens; t++) {
            int last = position + t;
            int first = max(0, last - window + 1);
            for (int g = 0; g < group; g++) {
                int query = qo + t * ldq + g * d;
                int o = oo + t * ldo + g * d;
                scores(layout, pool, table, kvHead, q, query, first, last, weights);
                float sum = softmax(weights, first, last, worker.scratch().lanes);
                for (int i = 0; i < d; i++) {
                    float value = 0f;
                    for (int j = first; j <= last; j++) {
                        int block = table[(j >> 4) % table.length];
                        long at = layout.values(block, kvHead) + layout.value(j & 15, i);
                        value = fma(number(layout, pool, at), weights[j - first], value);
                    }
                    out[o + i] = value / sum;
                }
            }
        }
    }

    private static void scores(
            KvLayout layout,
            MemorySegment pool,
            int[] table,
            int kvHead,
            float[] q,
            int query,
            int first,
            int last,
            float[] scores) {
        for (int j = first; j <= last; j++) {
            long keys = layout.keys(table[(j >> 4) % table.length], kvHead);
            float score = 0f;
            for (int i = 0; i < layout.headDim(); i++) {
                score = fma(number(layout, pool, keys + layout.key(j & 15, i)), q[query + i], score);
            }
            scores[j - first] = score;
        }
    }

    /** A number of the cache, exactly. */
    private static float number(KvLayout layout, MemorySegment pool, long at) {
        return switch (layout.type()) {
            case F32 -> pool.get(FLOAT, at);
            case BF16 -> Numerics.bf16ToFloat(pool.get(SHORT, at));
        };
    }

    /** Scores to exp(score - maximum); returns their sum, taken in lanes of the absolute position. */
    private static float softmax(float[] scores, int first, int last, float[] lanes) {
        float top = Float.NEGATIVE_INFINITY;
        for (int j = first; j <= last; j++) {
            top = max(top, scores[j - first]);
        }
        Arrays.fill(lanes, 0f);
        for (int j = first; j <= last; j++) {
            float e = Numerics.exp(scores[j - first] - top);
            scores[j - first] = e;
            lanes[j & 15] += e;
        }
        return Numerics.sum(lanes, 0);
    }

    @Override
    public int argmax(float[] x, int o, int n) {
        int best = 0;
        for (int i = 0; i < n; i++) {
            if (Float.isNaN(x[o + i])) {
                return -1;
            }
            if (x[o + i] > x[o + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void exp(float[] x, int o, int n, float max, float temperature, float[] y) {
        for (int i = 0; i < n; i++) {
            y[i] = Numerics.exp((x[o + i] - max) / temperature);
        }
    }

    @Override
    public double logSumExp(float[] x, int o, int n, Worker worker) {
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            top = max(top, x[o + i]);
        }
        if (Float.isInfinite(top)) {
            return top;
        }
        float[] lanes = worker.scratch().lanes;
        double sum = 0;
        for (int b = 0; b < n; b += LOG_SUM_EXP_BLOCK) {
            Arrays.fill(lanes, 0f);
            for (int i = b; i < min(n, b + LOG_SUM_EXP_BLOCK); i++) {
                lanes[i & 15] += Numerics.exp(x[o + i] - top);
            }
            sum += Numerics.sum(lanes, 0);
        }
        // StrictMath: Math.log may differ from machine to machine.
        return top + StrictMath.log(sum);
    }
}
