package io.sirocco.job;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineMemory;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.EngineStats;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelSource;
import io.sirocco.weights.PullProgress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** The engines of this JVM: one for each model and way to run it, opened by whoever asks first and shared by all task slots. */
final class Engines {

    private record Key(Path model, EngineOptions options) {}

    private static final Map<Key, SharedEngine> OPEN = new HashMap<>();

    /** Those of OPEN, for who must not wait until one more is loaded. */
    private static final List<SharedEngine> SERVING = new CopyOnWriteArrayList<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Engines::closeAll, "sirocco-engines-close"));
    }

    private Engines() {}

    /**
     * The engine, loaded now if it is not open yet; others who ask meanwhile wait for it. Automatic threads are this executor's cores.
     *
     * @param model as the user typed it: each JVM finds, and if need be pulls, the model itself
     */
    static SharedEngine get(String model, EngineOptions options) {
        synchronized (OPEN) {
            Path path = ModelSource.fromEnvironment().withHadoop(hadoop()).resolve(model, PullProgress.NONE);
            return OPEN.computeIfAbsent(
                    new Key(path.toAbsolutePath().normalize(), ExecutorCores.resolve(options)), Engines::open);
        }
    }

    private static SharedEngine open(Key key) {
        SharedEngine engine = new SharedEngine(Engine.open(key.model(), fitting(key)));
        SERVING.add(engine);
        return engine;
    }

    private static EngineOptions fitting(Key key) {
        try (Checkpoint checkpoint = Checkpoint.open(key.model())) {
            EngineMemory memory = EngineMemory.of(checkpoint, key.options());
            return ExecutorMemory.resolve(key.options(), memory, SparkEnv.get().conf());
        }
    }

    /** Hadoop's settings as Spark has them, those of {@code spark.hadoop.*} included. */
    private static Configuration hadoop() {
        return SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
    }

    /** What each engine has done; does not wait for one that is being loaded. */
    static List<EngineStats> stats() {
        return SERVING.stream().map(shared -> shared.engine().stats()).toList();
    }

    /** Ends all engines; rows in flight end as errors. */
    static void closeAll() {
        synchronized (OPEN) {
            SERVING.clear();
            OPEN.values().forEach(SharedEngine::close);
            OPEN.clear();
        }
    }
}
