package io.sirocco.engine;

import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.KvLayout;
import io.sirocco.model.ModelConfig;
import io.sirocco.weights.Checkpoint;

/**
 * What an engine needs of memory, known before it is opened.
 *
 * @param weights bytes of the mapped weights, which lie outside of the heap
 * @param row bytes of keys and values of one row of {@link #ROW_TOKENS}, or of the model's context if that is less
 * @param steps bytes of the heap for what a step computes
 */
public record EngineMemory(long weights, long row, long steps) {

    /** Tokens, prompt and answer, of the row that memory is reckoned by. */
    public static final int ROW_TOKENS = 2048;

    /** Without loading the model. */
    public static EngineMemory of(Checkpoint checkpoint, EngineOptions options) {
        ModelConfig config = ModelConfig.of(checkpoint);
        int chunk = options.chunkOf(config);
        long blocks = RollingCache.peakBlocks(config.windows(), Math.min(ROW_TOKENS, config.contextLength()), chunk);
        long block = new KvLayout(config.kvHeads(), config.headDim(), options.kvType()).blockBytes();
        long tokens = (long) Math.max(chunk, EngineOptions.DEFAULT_CHUNK) + options.batch();
        long token =
                2L * config.dim() + config.qkvDim() + (long) config.heads() * config.headDim() + config.hiddenDim();
        long logits = (long) options.batch() * (config.dim() + config.vocabSize());
        return new EngineMemory(checkpoint.bytes(), blocks * block, Float.BYTES * (tokens * token + logits));
    }
}
