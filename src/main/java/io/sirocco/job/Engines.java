package io.sirocco.job;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import io.sirocco.weights.ModelSource;
import io.sirocco.weights.PullProgress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The engines of this JVM: one for each model and way to run it, opened by whoever asks first and shared by all task slots. */
final class Engines {

    private record Key(Path model, EngineOptions options) {}

    private static final Map<Key, SharedEngine> OPEN = new HashMap<>();

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
            Path path = ModelSource.fromEnvironment().resolve(model, PullProgress.NONE);
            return OPEN.computeIfAbsent(
                    new Key(path.toAbsolutePath().normalize(), ExecutorCores.resolve(options)),
                    key -> new SharedEngine(Engine.open(key.model(), key.options())));
        }
    }

    /** Ends all engines; rows in flight end as errors. */
    static void closeAll() {
        synchronized (OPEN) {
            OPEN.values().forEach(SharedEngine::close);
            OPEN.clear();
        }
    }
}
