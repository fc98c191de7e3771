package io.sirocco.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The width of all vectors in this JVM: constants, so that the compiler folds them. At most 16 lanes: the virtual lanes of a sum. */
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
}
