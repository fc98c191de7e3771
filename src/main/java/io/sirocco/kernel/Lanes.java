package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The width of all vectors in this JVM: constants, so that the compiler folds them. At most 16 lanes: the virtual lanes of a sum.
 *
 * <p>And the steps that kernels share. C2 must inline them wherever they are called, or vectors become objects there; left to itself it
 * does not where the caller has grown large or the call has not been seen yet. {@code conf/jvm.options} tells it so.
 */
final class Lanes {

    static final VectorSpecies<Float> F = species(ProviderLookup.wish());
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    /** Lanes of a vector: 4, 8 or 16. */
    static final int COUNT = F.length();

    /** Bytes of a vector. */
    static final int BYTES = F.vectorByteSize();

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /**
     * All memory, for loads and stores by address. C2 knows the class of a constant; of any other segment it assumes what it has seen at
     * that place of the JDK's code, in this JVM by anyone. If that were classes of several kinds of segments, it would call a method for
     * each load, saving all vectors around it: five times slower, as seen in one JVM of six.
     */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Lanes() {}

    private static VectorSpecies<Float> species(String wish) {
        int bits = wish.isEmpty() ? FloatVector.SPECIES_PREFERRED.vectorBitSize() : Integer.parseInt(wish);
        return bits >= 512 ? FloatVector.SPECIES_512 : bits == 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    }

    static FloatVector load(float[] x, int o) {
        return FloatVector.fromArray(F, x, o);
    }

    static FloatVector load(long at) {
        return FloatVector.fromMemorySegment(F, MEMORY, at, ORDER);
    }

    static IntVector words(long at) {
        return IntVector.fromMemorySegment(I, MEMORY, at, ORDER);
    }

    static void store(FloatVector v, long at) {
        v.intoMemorySegment(MEMORY, at, ORDER);
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(F, value);
    }

    /** The bf16 in the low halves of words. */
    static FloatVector low(IntVector words) {
        return words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** The bf16 in the high halves of words. */
    static FloatVector high(IntVector words) {
        return words.and(0xFFFF0000).reinterpretAsFloats();
    }

    /** {@link Numerics#exp} of each lane. */
    static FloatVector exp(FloatVector x) {
        FloatVector t = x.fma(all(Numerics.LOG2_E), all(Numerics.ROUND));
        FloatVector n = t.sub(Numerics.ROUND);
        FloatVector r = n.fma(all(-Numerics.LN2_LOW), n.fma(all(-Numerics.LN2_HIGH), x));
        FloatVector p = r.fma(all(Numerics.C7), all(Numerics.C6));
        p = p.fma(r, all(Numerics.C5));
        p = p.fma(r, all(Numerics.C4));
        p = p.fma(r, all(Numerics.C3));
        p = p.fma(r, all(Numerics.C2));
        p = p.fma(r, all(1f));
        p = p.fma(r, all(1f));
        FloatVector e = p.reinterpretAsInts()
                .add(t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
        VectorMask<Float> inRange = x.compare(VectorOperators.LE, Numerics.EXP_MAX);
        return x.mul(Float.POSITIVE_INFINITY)
                .blend(e, inRange)
                .blend(0f, x.compare(VectorOperators.LT, Numerics.EXP_MIN));
    }
}
