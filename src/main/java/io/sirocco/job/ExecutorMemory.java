package io.sirocco.job;

import io.sirocco.engine.EngineMemory;
import io.sirocco.engine.EngineOptions;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;

/**
 * What an executor may hold outside of its heap: {@code spark.executor.memoryOverhead}, where a cluster manager enforces it or the user
 * has set it. Weights, keys and values, and the JVM itself must fit.
 */
public final class ExecutorMemory {

    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final String FACTOR = "spark.executor.memoryOverheadFactor";
    private static final String KUBERNETES_FACTOR = "spark.kubernetes.memoryOverheadFactor";
    private static final String HEAP = "spark.executor.memory";
    private static final long MIB = 1 << 20;

    /** Code, threads, the collector's books and Spark's buffers: what Spark grants as the least overhead. */
    private static final long JVM = 384 * MIB;

    /** Spark itself, and what a task slot holds of rows. */
    private static final long SPARK = 512 * MIB;

    private static final long SLOT = 128 * MIB;

    private ExecutorMemory() {}

    /** What to give an executor: {@code spark.executor.memory} and {@code spark.executor.memoryOverhead}, in MiB. */
    public record Advice(long heapMib, long overheadMib, long leastOverheadMib) {}

    /**
     * For executors of so many cores.
     *
     * @param rows of {@link EngineMemory#ROW_TOKENS} that should be in flight at a time
     */
    public static Advice advise(EngineMemory engine, int cores, int rows) {
        return new Advice(
                mib(SPARK + cores * SLOT + engine.steps()),
                mib(engine.weights() + rows * engine.row() + JVM),
                mib(least(engine, 0)));
    }

    /**
     * The options with the memory that this executor has for keys and values, unless they say how much.
     *
     * @throws JobException if that does not fit; names the setting and the value to give
     */
    static EngineOptions resolve(EngineOptions options, EngineMemory engine, SparkConf conf) {
        OptionalLong overhead = overhead(conf);
        if (overhead.isEmpty()) {
            return options;
        }
        long least = least(engine, options.memoryBytes());
        if (overhead.getAsLong() < least) {
            throw new JobException(
                    "%s is %dm; weights (%dm), keys and values (%dm%s) and the JVM (%dm) need %dm: set %s=%dm or more"
                            .formatted(
                                    OVERHEAD,
                                    overhead.getAsLong() / MIB,
                                    mib(engine.weights()),
                                    mib(keyValues(engine, options.memoryBytes())),
                                    options.memoryBytes() > 0
                                            ? ", engine-memory"
                                            : ", one row of " + EngineMemory.ROW_TOKENS + " tokens",
                                    mib(JVM),
                                    mib(least),
                                    OVERHEAD,
                                    mib(least)));
        }
        return options.memoryBytes() > 0 ? options : options.withMemory(overhead.getAsLong() - engine.weights() - JVM);
    }

    private static long least(EngineMemory engine, long asked) {
        return engine.weights() + keyValues(engine, asked) + JVM;
    }

    private static long keyValues(EngineMemory engine, long asked) {
        return asked > 0 ? asked : engine.row();
    }

    /** As Spark computes it; empty where nothing is enforced. */
    static OptionalLong overhead(SparkConf conf) {
        String master = conf.get("spark.master", "");
        if (master.matches("local(\\[.*])?")) {
            return OptionalLong.empty();
        }
        if (conf.contains(OVERHEAD)) {
            return OptionalLong.of(conf.getSizeAsMb(OVERHEAD) * MIB);
        }
        if (!master.equals("yarn") && !master.startsWith("k8s://")) {
            return OptionalLong.empty();
        }
        double factor = conf.getDouble(FACTOR, conf.getDouble(KUBERNETES_FACTOR, 0.1));
        long share = (long) (conf.getSizeAsMb(HEAP, "1g") * factor);
        return OptionalLong.of(Math.max(share * MIB, JVM));
    }

    private static long mib(long bytes) {
        return Math.ceilDiv(bytes, MIB);
    }
}
