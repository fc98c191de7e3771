package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;

/** What {@link Kernels} asks of its arithmetic; the methods are its, with arguments already checked. All providers agree in every bit. */
interface Provider {

    /** Values in a block of {@link #logSumExp}: 64 per virtual lane. */
    int LOG_SUM_EXP_BLOCK = 1024;

    String name();

    void multiply(Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Kernels.Then then, Worker worker);

    void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, Worker worker);

    void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale);

    void attention(
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
            Worker worker);

    int argmax(float[] x, int o, int n);

    void exp(float[] x, int o, int n, float max, float temperature, float[] y);

    double logSumExp(float[] x, int o, int n, Worker worker);
}
