package io.sirocco.job;

import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * The engine that executors open before their first task, in Spark's configuration: {@code spark.sirocco.model}, and the options of the
 * engine under the names that they have in a job file.
 *
 * @param model as tasks will name it
 */
record WarmEngine(String model, EngineOptions options) {

    private static final String PREFIX = "spark.sirocco.";
    private static final String MODEL = PREFIX + "model";
    private static final String THREADS = PREFIX + "threads";
    private static final String MAX_BATCH = PREFIX + "maxBatch";
    private static final String CHUNK = PREFIX + "chunk";
    private static final String MEMORY = PREFIX + "engineMemory";
    private static final String KV_TYPE = PREFIX + "kvType";

    /** That of a job. A relative path means something else on other hosts, so it goes there as an absolute one. */
    static WarmEngine of(JobOptions options) {
        return new WarmEngine(everywhere(options.model()), options.engine());
    }

    private static String everywhere(String model) {
        try {
            Path path = Path.of(model);
            return Files.exists(path) ? path.toAbsolutePath().toString() : model;
        } catch (InvalidPathException _) {
            return model;
        }
    }

    /**
     * That of a configuration, if it names a model.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Optional<WarmEngine> of(SparkConf conf) {
        return conf.contains(MODEL)
                ? Optional.of(new WarmEngine(
                        conf.get(MODEL),
                        new EngineOptions(
                                conf.getInt(THREADS, 0),
                                conf.getInt(MAX_BATCH, 0),
                                conf.getInt(CHUNK, 0),
                                conf.getSizeAsBytes(MEMORY, "0"),
                                KvType.valueOf(
                                        conf.get(KV_TYPE, KvType.F32.name()).toUpperCase(Locale.ROOT)),
                                true)))
                : Optional.empty();
    }

    /** Writes it, where the user has not named another model there. */
    void putIfMissing(SparkConf conf) {
        if (!conf.contains(MODEL)) {
            conf.set(MODEL, model)
                    .set(THREADS, String.valueOf(options.threads()))
                    .set(MAX_BATCH, String.valueOf(options.maxBatch()))
                    .set(CHUNK, String.valueOf(options.chunk()))
                    .set(MEMORY, options.memoryBytes() + "b")
                    .set(KV_TYPE, options.kvType().name().toLowerCase(Locale.ROOT));
        }
    }
}
