package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Attention of one layer in decode, for measurements: the next token of each of some sequences, all of them equally long. */
public final class RandomAttention implements AutoCloseable {

    private static final double SECONDS = 0.05;

    private final KvLayout layout;
    private final int group;
    private final int context;
    private final int sequences;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment pool;
    private final int[][] tables; // by sequence
    private final float[] q; // (sequences, heads * headDim)
    private final float[] out; // (sequences, heads * headDim)

    /**
     * @param group query heads of a KV head
     * @param context keys that each query sees
     */
    public RandomAttention(KvLayout layout, int group, int context, int sequences) {
        this.layout = layout;
        this.group = group;
        this.context = context;
        this.sequences = sequences;
        int blocks = Math.ceilDiv(context, KvLayout.BLOCK_TOKENS);
        pool = AlignedMemory.allocate(arena, layout.blockBytes() * blocks * sequences);
        // Such bytes are small numbers in every type.
        pool.fill((byte) 0x3C);
        tables = IntStream.range(0, sequences)
                .mapToObj(s -> IntStream.range(s * blocks, (s + 1) * blocks).toArray())
                .toArray(int[][]::new);
        q = new float[sequences * width()];
        Arrays.fill(q, 0.1f);
        out = new float[q.length];
    }

    private int width() {
        return layout.kvHeads() * group * layout.headDim();
    }

    /** Bytes of keys and values that are read. */
    public long bytes() {
        return pool.byteSize();
    }

    /** Seconds that it takes with the kernels of this JVM. */
    public double seconds(Team team) {
        return Timing.best(SECONDS, () -> attend(Kernels.get(), team));
    }

    /** Returns (sequences, heads * headDim), which the next call overwrites. */
    float[] attend(Kernels kernels, Team team) {
        int heads = layout.kvHeads();
        team.run(worker -> {
            for (int i = worker.next(); i < sequences * heads; i = worker.next()) {
                int o = i * group * layout.headDim();
                kernels.attention(
                        layout,
                        pool,
                        tables[i / heads],
                        i % heads,
                        group,
                        q,
                        o,
                        width(),
                        out,
                        o,
                        width(),
                        1,
                        context - 1,
                        context,
                        worker);
            }
        });
        return out;
    }

    @Override
    public void close() {
        arena.close();
    }
}
