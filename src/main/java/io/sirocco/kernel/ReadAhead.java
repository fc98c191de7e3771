package io.sirocco.kernel;

import java.lang.foreign.ValueLayout;

/**
 * Brings memory into the caches before it is worked on. The processor fetches ahead by itself where loads come close together, as here,
 * but not where there are many instructions and stores between them: widening straight from memory takes three times as long. Java has
 * no prefetch instruction.
 */
final class ReadAhead {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

    private static final int LINE = 64;

    private ReadAhead() {}

    /** Loads a word of each cache line, but for an odd one at the end. The result is worth nothing, but must be used lest the loads be optimised away. */
    static int run(long at, long bytes) {
        int a = 0;
        int b = 0;
        long i = 0;
        for (; i < bytes - LINE; i += 2 * LINE) {
            a |= Lanes.MEMORY.get(WORD, at + i);
            b |= Lanes.MEMORY.get(WORD, at + i + LINE);
        }
        return a | b;
    }
}
