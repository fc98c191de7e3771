package io.sirocco.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What a core can do at most: FMAs on registers only, twelve independent chains. */
final class FmaChains {

    private static final int ROUNDS = 10_000;
    private static final int CHAINS = 12;

    /** Floating-point operations of a {@link #run}, an FMA counting as two. */
    static final long FLOPS = 2L * ROUNDS * CHAINS * Lanes.COUNT;

    private FmaChains() {}

    /** Twelve times ROUNDS steps of a = a * m + s, in every lane, from a = s, 2 s, .., 12 s; their sum. */
    static float run(float s) {
        FloatVector add = FloatVector.broadcast(Lanes.F, s);
        FloatVector m = FloatVector.broadcast(Lanes.F, 0.5f);
        FloatVector a = add;
        FloatVector b = add.mul(2f);
        FloatVector c = add.mul(3f);
        FloatVector d = add.mul(4f);
        FloatVector e = add.mul(5f);
        FloatVector f = add.mul(6f);
        FloatVector g = add.mul(7f);
        FloatVector h = add.mul(8f);
        FloatVector i = add.mul(9f);
        FloatVector j = add.mul(10f);
        FloatVector k = add.mul(11f);
        FloatVector l = add.mul(12f);
        for (int n = 0; n < ROUNDS; n++) {
            a = a.fma(m, add);
            b = b.fma(m, add);
            c = c.fma(m, add);
            d = d.fma(m, add);
            e = e.fma(m, add);
            f = f.fma(m, add);
            g = g.fma(m, add);
            h = h.fma(m, add);
            i = i.fma(m, add);
            j = j.fma(m, add);
            k = k.fma(m, add);
            l = l.fma(m, add);
        }
        FloatVector sum = a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l);
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
