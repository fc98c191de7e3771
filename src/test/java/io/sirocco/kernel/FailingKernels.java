package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;

/** The scalar arithmetic, which fails when it is told to: once, at the next matrix product. */
public final class FailingKernels {

    private final AtomicReference<Error> next = new AtomicReference<>();

    public Kernels kernels() {
        return new Kernels(new Failing(new ScalarProvider(), next));
    }

    public void failWith(Error error) {
        next.set(error);
    }

    private record Failing(Provider provider, AtomicReference<Error> next) implements Provider {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public void multiply(
                Linear w, float[] x, int ldx, int tokens, float[] y, int ldy, Kernels.Then then, Worker worker) {
            Error error = next.getAndSet(null);
            if (error != null) {
                throw error;
            }
            provider.multiply(w, x, ldx, tokens, y, ldy, then, worker);
        }

        @Override
        public void rmsNorm(float[] x, int xo, float[] weight, float eps, float[] y, int yo, int n, Worker worker) {
            provider.rmsNorm(x, xo, weight, eps, y, yo, n, worker);
        }

        @Override
        public void rope(float[] x, int xo, int headDim, float[] cosSin, int co, float scale) {
            provider.rope(x, xo, headDim, cosSin, co, scale);
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
            provider.attention(
                    layout, pool, table, kvHead, group, q, qo, ldq, out, oo, ldo, tokens, position, window, worker);
        }

        @Override
        public int argmax(float[] x, int o, int n) {
            return provider.argmax(x, o, n);
        }

        @Override
        public void exp(float[] x, int o, int n, float max, float temperature, float[] y) {
            provider.exp(x, o, n, max, temperature, y);
        }

        @Override
        public double logSumExp(float[] x, int o, int n, Worker worker) {
            return provider.logSumExp(x, o, n, worker);
        }
    }
}
