package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;

/** The kernels in {@code jdk.incubator.vector}. */
final class VectorProvider implements Provider {

    @Override
    public String name() {
        return "Vector API, " + Lanes.COUNT * Float.SIZE + " bits";
    }

    @Override
    public void multiply(
            Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Kernels.Then then, Worker worker) {
        MatrixProduct.run(w, x, ldx, tokens, y, ldy, then, worker);
    }

    @Override
    public void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, Worker worker) {
        Elementwise.rmsNorm(x, xo, weight, eps, y, yo, n, worker.scratch().lanes);
    }

    @Override
    public void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
        Elementwise.rope(x, xo, headDim, cosSin, co, scale);
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
        Attention attention = worker.scratch().attention();
        attention.run(layout, pool, table, kvHead, group, q, qo, ldq, out, oo, ldo, tokens, position, window);
    }

    @Override
    public int argmax(float[] x, int o, int n) {
        return Elementwise.argmax(x, o, n);
    }

    @Override
    public void exp(float[] x, int o, int n, float max, float temperature, float[] y) {
        Elementwise.exp(x, o, n, max, temperature, y);
    }

    @Override
    public double logSumExp(float[] x, int o, int n, Worker worker) {
        return Elementwise.logSumExp(x, o, n, worker.scratch().lanes);
    }
}
