package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineMemory;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.ModelIdentity;
import io.sirocco.text.Tokenizer;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkContext;

/** A job's model, as the driver deals with it. */
final class JobModel {

    private final SparkContext spark;
    private final JobOptions options;
    private final JobListener listener;
    private final Path path;

    private JobModel(SparkContext spark, JobOptions options, JobListener listener, Path path) {
        this.spark = spark;
        this.options = options;
        this.listener = listener;
        this.path = path;
    }

    /** Finds the model, and pulls it if it is not here. */
    static JobModel find(SparkContext spark, JobOptions options, JobListener listener) {
        listener.phase("finding the model");
        Path path = ModelSource.fromEnvironment()
                .withHadoop(spark.hadoopConfiguration())
                .resolve(options.model(), listener.pull());
        return new JobModel(spark, options, listener, path);
    }

    Path path() {
        return path;
    }

    /** Tasks on other machines find the model as it was named here; a relative path would mean something else there. */
    String nameForTasks() {
        return spark.isLocal() || Files.exists(Path.of(options.model()))
                ? path.toAbsolutePath().toString()
                : options.model();
    }

    /**
     * What the driver knows of the model once it has been opened.
     *
     * @param parameters numbers in all its tensors
     */
    record Loaded(ModelIdentity identity, String fingerprint, long parameters) {}

    /** Opens the model: in local mode to keep, elsewhere to see that it can be used. */
    Loaded load() {
        listener.phase("loading the model");
        if (spark.isLocal()) {
            listener.engine(Engines.get(path.toAbsolutePath().toString(), options.engine())
                    .engine()
                    .description());
        }
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            if (!spark.isLocal()) {
                EngineMemory memory = EngineMemory.of(checkpoint, options.engine());
                ExecutorMemory.resolve(options.engine(), memory, spark.getConf());
                Tokenizer.open(checkpoint).ifPresent(Tokenizer::close);
            }
            return new Loaded(
                    ModelIdentity.of(checkpoint),
                    Engine.fingerprint(checkpoint, options.kvType()),
                    checkpoint.names().stream()
                            .mapToLong(name -> checkpoint.tensor(name).elements())
                            .sum());
        }
    }

    ChunkSize chunkSize(Loaded model) {
        return new ChunkSize(
                ExecutorCores.slotsOfAll(spark),
                ExecutorCores.slots(spark),
                options.maxBatch().orElse(EngineOptions.DEFAULT_BATCH),
                ChunkSize.guess(model.parameters(), ExecutorCores.coresPerTask(spark)),
                options.waveSeconds());
    }

    /** How run.json begins. */
    ObjectNode record(Loaded model) {
        ObjectNode run = new JsonMapper().createObjectNode();
        run.put("job", options.job());
        run.set("options", OptionTable.json(options));
        run.put("fingerprint", model.fingerprint());
        return run;
    }
}
