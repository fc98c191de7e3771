package io.sirocco.engine;

import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.KvType;
import io.sirocco.model.ModelConfig;
import io.sirocco.model.Transformer;
import java.io.Serializable;

/**
 * How the engine runs; none of these changes an answer, except kvType. 0 means automatic.
 *
 * @param threads worker threads; automatic: the processors of this JVM
 * @param maxBatch most sequences in flight; automatic: 64
 * @param chunk most prompt tokens of one sequence in a step; automatic: the model's window, or 512 without one
 * @param memoryBytes budget of the key-value cache; automatic: what maxBatch rows of the longest context need, but at most two fifths
 *     of the machine's memory and no more than heap and weights leave of it
 * @param kvType element type of the key-value cache: bf16 takes half the memory, and rounds
 * @param prefixCache whether equal beginnings of prompts are computed once
 */
public record EngineOptions(int threads, int maxBatch, int chunk, long memoryBytes, KvType kvType, boolean prefixCache)
        implements Serializable {

    /** Everything automatic. */
    public static final EngineOptions AUTOMATIC = new EngineOptions(0, 0, 0, 0, KvType.F32, true);

    /** Sequences in flight where nothing else is said. */
    public static final int DEFAULT_BATCH = 64;

    static final int DEFAULT_CHUNK = 512;

    public EngineOptions {
        require(threads, "threads", 1024);
        require(maxBatch, "max-batch", 65536);
        require(chunk, "chunk", 1 << 20);
        if (memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "engine-memory is " + memoryBytes + "; expected bytes, or 0 for automatic");
        }
    }

    private static void require(int value, String option, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(
                    option + " is " + value + "; expected 1 to " + most + ", or 0 for automatic");
        }
    }

    public EngineOptions withThreads(int workers) {
        return new EngineOptions(workers, maxBatch, chunk, memoryBytes, kvType, prefixCache);
    }

    public EngineOptions withMemory(long bytes) {
        return new EngineOptions(threads, maxBatch, chunk, bytes, kvType, prefixCache);
    }

    /** Most sequences in flight. */
    int batch() {
        return maxBatch > 0 ? maxBatch : DEFAULT_BATCH;
    }

    /** Most prompt tokens of one sequence in a step of this model. */
    int chunkOf(ModelConfig config) {
        int automatic = config.window() == RollingCache.NO_WINDOW ? DEFAULT_CHUNK : config.window();
        return Math.min(config.contextLength(), chunk > 0 ? chunk : automatic);
    }

    /**
     * These options with nothing left automatic.
     *
     * @param machineMemory bytes of the machine, or of the container
     * @param taken bytes of it that are spoken for: the heap at its largest, and the weights
     */
    EngineOptions resolve(Transformer model, long machineMemory, long taken) {
        int context = model.config().contextLength();
        int batch = batch();
        int chunked = chunkOf(model.config());
        long rowBytes = RollingCache.peakBlocks(model.config().windows(), context, chunked)
                * model.kvLayout(kvType).blockBytes();
        long budget = Math.clamp(machineMemory - taken, machineMemory / 20, machineMemory / 5 * 2);
        return new EngineOptions(
                threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
                batch,
                chunked,
                memoryBytes > 0 ? memoryBytes : rowBytes < budget / batch ? rowBytes * batch : budget,
                kvType,
                prefixCache);
    }
}
