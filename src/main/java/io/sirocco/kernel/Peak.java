package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a machine can do at most with so many threads, measured: speeds of kernels are to be read as shares of it.
 *
 * @param flops f32 operations a second on registers, an FMA counting as two
 * @param readBytes bytes a second that vectors read from memory
 */
public record Peak(double flops, double readBytes) {

    private static final double SECONDS = 0.2;
    private static final int CHAINS_PER_RUN = 200;

    /** A worker's memory: with that of the others, more than the caches hold. */
    private static final long BYTES_PER_WORKER = 256L << 20;

    /**
     * Measures it: the best of many short runs each.
     *
     * @throws IllegalStateException if the kernels are scalar; what vectors can do is no measure of them
     */
    public static Peak measure(Team team) {
        if (Kernels.get() == Kernels.scalar()) {
            throw new IllegalStateException(
                    "the kernels are scalar; to measure them start java with --add-modules=jdk.incubator.vector"
                            + " and without -Dsirocco.kernels=scalar");
        }
        return new Peak(flops(team), readBytes(team));
    }

    private static double flops(Team team) {
        float[] results = new float[team.count()];
        double seconds = Timing.best(
                SECONDS,
                () -> team.run(worker -> {
                    float sum = 1f;
                    for (int i = 0; i < CHAINS_PER_RUN; i++) {
                        sum = FmaChains.run(sum * 1e-3f);
                    }
                    results[worker.index()] = sum;
                }));
        return (double) FmaChains.FLOPS * CHAINS_PER_RUN * team.count() / seconds;
    }

    private static double readBytes(Team team) {
        float[] results = new float[team.count()];
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = AlignedMemory.allocate(arena, BYTES_PER_WORKER * team.count());
            // Each worker touches its own part first, so that the system provides it near that worker's core.
            team.run(worker -> part(memory, worker).fill((byte) 0));
            double seconds = Timing.best(
                    SECONDS,
                    () -> team.run(worker -> results[worker.index()] =
                            MemoryRead.sum(part(memory, worker).address(), BYTES_PER_WORKER)));
            return memory.byteSize() / seconds;
        }
    }

    private static MemorySegment part(MemorySegment memory, Worker worker) {
        return memory.asSlice(worker.index() * BYTES_PER_WORKER, BYTES_PER_WORKER);
    }
}
