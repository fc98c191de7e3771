package io.sirocco.model;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.Team;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.PackedWeights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A model with one sequence after another, for tests: feed ids in chunks, get the logits of every position. */
final class Session implements AutoCloseable {

    final Transformer model;
    private final Team team;

    private Session(Transformer model, int threads) {
        this.model = model;
        team = new Team(threads);
    }

    static Session open(Path path, int threads) {
        return open(path, Optional.empty(), threads);
    }

    /** With these weights, or the model's own. */
    static Session open(Path path, Optional<PackedWeights> packed, int threads) {
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            Optional<PackedWeights> mapped = packed.or(checkpoint::packed);
            return new Session(Transformer.load(checkpoint, mapped, Kernels.get()), threads);
        }
    }

    /**
     * Feeds ids to a new sequence in chunks of the given size.
     *
     * @return (ids.length, vocabSize): the logits of every position
     */
    float[][] logits(int[] ids, int chunk) {
        int vocab = model.config().vocabSize();
        int[] windows = model.config().windows();
        Step step = new Step(chunk, chunk, vocab);
        Activations activations = new Activations(model, chunk, chunk, team.count());
        float[][] logits = new float[ids.length][];
        int blocks = (int) RollingCache.peakBlocks(windows, ids.length, chunk);
        try (BufferAllocator allocator = new RootAllocator();
                BlockPool pool = new BlockPool(allocator, model.kvLayout(KvType.F32), blocks);
                RollingCache cache = new RollingCache(pool, windows, ids.length, chunk)) {
            for (int from = 0; from < ids.length; from += chunk) {
                int n = Math.min(chunk, ids.length - from);
                if (!cache.reserve(n)) {
                    throw new AssertionError("peakBlocks was not enough for a chunk of " + n + " at " + from);
                }
                step.add(cache, ids, from, n, n);
                model.forward(step, activations, pool, team);
                for (int i = 0; i < n; i++) {
                    int o = step.logitsOffset(i);
                    logits[from + i] = Arrays.copyOfRange(step.logits(), o, o + vocab);
                }
                step.finish();
            }
        }
        return logits;
    }

    @Override
    public void close() {
        team.close();
        model.close();
    }
}
