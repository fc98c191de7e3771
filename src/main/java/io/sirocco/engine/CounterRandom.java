package io.sirocco.engine;

/**
 * Random numbers as a pure function of (seed, row id, sample index, step), so that a row draws the same whatever runs beside it. The
 * mixing is that of SplitMix64 (Steele, Lea and Flood 2014).
 */
final class CounterRandom {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long key;

    CounterRandom(long seed, String rowId, int sample) {
        long hash = 0xCBF29CE484222325L; // FNV-1a
        for (int i = 0; i < rowId.length(); i++) {
            hash = (hash ^ rowId.charAt(i)) * 0x100000001B3L;
        }
        key = mix(mix(mix(seed) + hash) + sample);
    }

    /** Uniform in [0, 1), a multiple of 2^-53. */
    double uniform(int step) {
        return (mix(key + (step + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        z += GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
