package io.sirocco.model;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.Kernels.Then;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.Team;
import io.sirocco.kernel.Worker;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.PackedWeights;
import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * A decoder-only transformer (Vaswani et al. 2017) as Mistral 7B is one (Jiang et al. 2023): RMSNorm before each part, grouped-query
 * attention over a sliding window with rotary positions, SwiGLU feed-forward. Immutable; shared by all steps and threads.
 */
public final class Transformer implements AutoCloseable {

    private final ModelConfig config;
    private final Weights weights;
    private final Rotations rotations;
    private final int[] windows; // by layer
    private final Kernels kernels;
    private final Arena arena;

    private Transformer(ModelConfig config, Weights weights, Kernels kernels, Arena arena) {
        this.config = config;
        this.weights = weights;
        this.kernels = kernels;
        this.arena = arena;
        rotations = new Rotations(config.rope().frequencies(config.headDim()), config.contextLength());
        windows = config.windows();
    }

    /**
     * Loads a model; its checkpoint may be closed afterwards.
     *
     * @param packed where the weights are mapped from; if empty, the checkpoint's are packed into memory
     * @throws io.sirocco.weights.ModelException naming the tensor or field that does not fit
     */
    public static Transformer load(Checkpoint checkpoint, Optional<PackedWeights> packed, Kernels kernels) {
        ModelConfig config = ModelConfig.of(checkpoint);
        Arena arena = Arena.ofShared();
        try {
            Weights weights = packed.isPresent()
                    ? WeightLoader.map(checkpoint.path().getFileName().toString(), packed.get(), config, arena)
                    : WeightLoader.pack(checkpoint, config, arena);
            return new Transformer(config, weights, kernels, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    public ModelConfig config() {
        return config;
    }

    /** The arithmetic it uses. */
    public Kernels kernels() {
        return kernels;
    }

    /** How this model's keys and values stand in a {@link BlockPool}. */
    public KvLayout kvLayout(KvType type) {
        return new KvLayout(config.kvHeads(), config.headDim(), type);
    }

    /** Computes the step: its keys and values go into the caches, the wanted logits into {@link Step#logits}. */
    public void forward(Step step, Activations a, BlockPool pool, Team team) {
        team.run(worker -> forward(step, a, pool, worker));
    }

    private void forward(Step s, Activations a, BlockPool pool, Worker worker) {
        int dim = config.dim();
        int n = s.tokens();
        int from = share(n, worker.index(), worker);
        int to = share(n, worker.index() + 1, worker);
        StepTimer timer = a.timer;

        timer.begin(worker);
        for (int t = from; t < to; t++) {
            weights.tokEmbeddings().parts().getFirst().row(s.token[t], a.x, t * dim);
        }
        for (int l = 0; l < config.layers(); l++) {
            Weights.Layer w = weights.layers().get(l);

            // Attention: x += wo(attention(rope(wqkv(norm(x)))))
            norm(a.x, w.attentionNorm(), a.normed, from, to, worker);
            timer.barrier(Part.OTHER, worker);
            kernels.multiply(w.wqkv(), a.normed, dim, n, a.qkv, config.qkvDim(), Then.STORE, worker);
            timer.barrier(Part.PRODUCTS, worker);
            for (int t = from; t < to; t++) {
                rotateAndStore(s, a, t, l, pool);
            }
            timer.barrier(Part.OTHER, worker);
            for (int i = worker.next(); i < s.runs() * config.kvHeads(); i = worker.next()) {
                attend(s, a, i / config.kvHeads(), i % config.kvHeads(), l, pool, worker);
            }
            timer.barrier(Part.ATTENTION, worker);
            kernels.multiply(w.wo(), a.attended, attendedStride(), n, a.x, dim, Then.ADD, worker);
            timer.barrier(Part.PRODUCTS, worker);

            // Feed-forward: x += w2(silu(w1(norm(x))) * w3(norm(x)))
            norm(a.x, w.ffnNorm(), a.normed, from, to, worker);
            timer.barrier(Part.OTHER, worker);
            kernels.multiply(w.w1w3(), a.normed, dim, n, a.hidden, hiddenStride(config), Then.SWIGLU, worker);
            timer.barrier(Part.PRODUCTS, worker);
            kernels.multiply(w.w2(), a.hidden, hiddenStride(config), n, a.x, dim, Then.ADD, worker);
            timer.barrier(Part.PRODUCTS, worker);
        }

        // The head, for the wanted positions only: logits = output(norm(x))
        int wanted = s.logitsRows();
        for (int i = share(wanted, worker.index(), worker); i < share(wanted, worker.index() + 1, worker); i++) {
            kernels.rmsNorm(a.x, s.logitsRow[i] * dim, weights.norm(), config.normEps(), a.last, i * dim, dim, worker);
        }
        timer.barrier(Part.OTHER, worker);
        kernels.multiply(weights.output(), a.last, dim, wanted, s.logits, config.vocabSize(), Then.STORE, worker);
        timer.lap(Part.HEAD, worker);
    }

    private static int share(int n, int part, Worker worker) {
        return (int) ((long) n * part / worker.count());
    }

    private void norm(float[] x, float[] weight, float[] y, int from, int to, Worker worker) {
        int dim = config.dim();
        for (int t = from; t < to; t++) {
            kernels.rmsNorm(x, t * dim, weight, config.normEps(), y, t * dim, dim, worker);
        }
    }

    /** Rotates a token's queries (and scales them by headDim^-0.5) and key, and stores its key and value. */
    private void rotateAndStore(Step s, Activations a, int t, int layer, BlockPool pool) {
        float[] qkv = a.qkv;
        int headDim = config.headDim();
        int position = s.position[t];
        int q = t * config.qkvDim();
        int k = q + config.heads() * headDim;
        int v = k + config.kvHeads() * headDim;
        float scale = (float) (1 / Math.sqrt(headDim));
        float[] rotation = rotations.at(position);
        for (int head = 0; head < config.heads(); head++) {
            kernels.rope(qkv, q + head * headDim, headDim, rotation, 0, scale);
        }
        int[] table = s.runCache[s.runOf[t]].table(layer);
        int block = table[position / KvLayout.BLOCK_TOKENS % table.length];
        int slot = position % KvLayout.BLOCK_TOKENS;
        for (int head = 0; head < config.kvHeads(); head++) {
            kernels.rope(qkv, k + head * headDim, headDim, rotation, 0, 1f);
            kernels.storeKeyValue(
                    pool.layout(), pool.memory(), block, head, slot, qkv, k + head * headDim, qkv, v + head * headDim);
        }
    }

    /** One run of tokens of a sequence, one KV head and the query heads that share it. */
    private void attend(Step s, Activations a, int run, int kvHead, int layer, BlockPool pool, Worker worker) {
        RollingCache cache = s.runCache[run];
        int row = s.runRow[run];
        int head = kvHead * config.group() * config.headDim();
        kernels.attention(
                pool.layout(),
                pool.memory(),
                cache.table(layer),
                kvHead,
                config.group(),
                a.qkv,
                row * config.qkvDim() + head,
                config.qkvDim(),
                a.attended,
                row * attendedStride() + head,
                attendedStride(),
                s.runTokens[run],
                s.position[row],
                windows[layer],
                worker);
    }

    private int attendedStride() {
        return config.heads() * config.headDim();
    }

    /** {@link io.sirocco.kernel.RowMatrix#gateUp} gives whole panels of 16 hidden units. */
    static int hiddenStride(ModelConfig config) {
        return (config.hiddenDim() + 15) & ~15;
    }

    @Override
    public void close() {
        arena.close();
    }
}
