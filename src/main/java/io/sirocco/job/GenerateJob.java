package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineMemory;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.ModelIdentity;
import io.sirocco.text.PromptTemplate;
import io.sirocco.text.Tokenizer;
import io.sirocco.text.jinja.TemplateException;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelSource;
import java.nio.file.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** One run of generate: checks everything that can be checked, then has the rows answered. */
final class GenerateJob {

    private final SparkSession spark;
    private final GenerateOptions options;
    private final JobListener listener;

    GenerateJob(SparkSession spark, GenerateOptions options, JobListener listener) {
        this.spark = spark;
        this.options = options;
        this.listener = listener;
    }

    Summary run() {
        Output output = Output.open(options, spark.sparkContext().hadoopConfiguration());
        requireTemplate();
        listener.phase("finding the model");
        Path model = ModelSource.fromEnvironment()
                .withHadoop(spark.sparkContext().hadoopConfiguration())
                .resolve(options.model(), listener.pull());
        listener.phase("reading the input");
        Input input = Input.open(spark, options);
        RowRequests requests = RowRequests.of(input.schema(), options);
        OutputRows columns = OutputRows.of(input.schema(), input.idColumn(), options);
        try {
            IdentifiedRows rows =
                    IdentifiedRows.of(spark, input, requests, options.limit().orElse(Long.MAX_VALUE));
            if (rows.total() == 0) {
                throw new JobException("input " + options.input() + " has no rows");
            }
            listener.phase("loading the model");
            Loaded loaded = load(model);
            Tally tally = new Tally(spark.sparkContext());
            GenerateTask task = new GenerateTask(modelForTasks(model), options.engine(), requests, columns, tally);
            return new ResumableJob(spark, options, output, columns, listener, tally)
                    .run(
                            JobGuard.of("generate", loaded.identity(), input, requests.source(), options),
                            rows,
                            chunkSize(loaded),
                            task,
                            record(loaded));
        } catch (UnfinishedException e) {
            throw e;
        } catch (Exception e) {
            throw Failures.forPeople("the job failed", e);
        }
    }

    private void requireTemplate() {
        try {
            options.promptTemplate().ifPresent(PromptTemplate::parse);
        } catch (TemplateException e) {
            throw new OptionException("prompt-template: " + e.getMessage(), e);
        }
    }

    /** Tasks on other machines find the model as it was named here; a relative path would mean something else there. */
    private String modelForTasks(Path model) {
        return spark.sparkContext().isLocal() || java.nio.file.Files.exists(Path.of(options.model()))
                ? model.toAbsolutePath().toString()
                : options.model();
    }

    /**
     * What the driver knows of the model.
     *
     * @param parameters numbers in all its tensors
     */
    private record Loaded(ModelIdentity identity, String fingerprint, long parameters) {}

    /** Opens the model: in local mode to keep, elsewhere to see that it can be used. */
    private Loaded load(Path model) {
        if (spark.sparkContext().isLocal()) {
            listener.engine(Engines.get(model.toAbsolutePath().toString(), options.engine())
                    .engine()
                    .description());
        }
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            if (!spark.sparkContext().isLocal()) {
                EngineMemory memory = EngineMemory.of(checkpoint, options.engine());
                ExecutorMemory.resolve(
                        options.engine(), memory, spark.sparkContext().getConf());
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

    private ChunkSize chunkSize(Loaded model) {
        SparkContext context = spark.sparkContext();
        return new ChunkSize(
                ExecutorCores.slotsOfAll(context),
                ExecutorCores.slots(context),
                options.maxBatch().orElse(EngineOptions.DEFAULT_BATCH),
                ChunkSize.guess(model.parameters(), ExecutorCores.coresPerTask(context)),
                options.waveSeconds());
    }

    private ObjectNode record(Loaded model) {
        ObjectNode run = new JsonMapper().createObjectNode();
        run.put("job", "generate");
        run.set("options", new OptionTable().json(options));
        run.put("fingerprint", model.fingerprint());
        return run;
    }
}
