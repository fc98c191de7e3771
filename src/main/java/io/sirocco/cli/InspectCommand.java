package io.sirocco.cli;

import io.sirocco.cache.RollingCache;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineMemory;
import io.sirocco.engine.EngineOptions;
import io.sirocco.job.ExecutorMemory;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import io.sirocco.model.ModelConfig;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.Tokenizer;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.Tensor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco inspect}: what a model is. */
@Command(
        name = "inspect",
        description = "Shows a model's configuration, tensors, tokenizer, chat template and fingerprint.")
final class InspectCommand implements Callable<Integer> {

    private static final double MIB = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "MODEL",
            description = "A directory, a .gguf file, hf://org/name[@revision], or a name of conf/models.conf.")
    private String model;

    @Option(
            names = "--executor-cores",
            paramLabel = "N",
            description = "Say what memory to give Spark executors of so many cores.")
    private Optional<Integer> executorCores = Optional.empty();

    @Override
    public Integer call() {
        if (executorCores.isPresent() && executorCores.get() < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--executor-cores is " + executorCores.get() + "; expected at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path path = LocalModel.resolve(model, spec);
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            ModelConfig config = ModelConfig.of(checkpoint);
            field(out, "path", path.toAbsolutePath());
            field(
                    out,
                    "format",
                    checkpoint.format().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            field(out, "fingerprint", Engine.fingerprint(checkpoint, KvType.F32));
            show(out, config);
            tensors(out, checkpoint);
            text(out, checkpoint);
            executorCores.ifPresent(cores -> memory(out, checkpoint, cores));
        }
        return 0;
    }

    private static void show(PrintWriter out, ModelConfig config) {
        field(out, "architecture", config.architecture());
        field(out, "layers", config.layers());
        field(out, "width", config.dim());
        field(
                out,
                "heads",
                config.heads() + " of " + config.headDim() + ", " + config.kvHeads() + " for keys and values");
        field(out, "feed-forward", config.hiddenDim());
        field(out, "vocabulary", config.vocabSize() + (config.tiedEmbeddings() ? ", tied embeddings" : ""));
        field(out, "context", config.contextLength());
        field(out, "window", config.window() == RollingCache.NO_WINDOW ? "none" : config.window());
        field(out, "norm epsilon", config.normEps());
        field(out, "rope", config.rope());
        for (KvType type : KvType.values()) {
            field(out, "KV " + type.name().toLowerCase(Locale.ROOT), keyValues(config, type));
        }
    }

    /** What a row holds: per token until the window is full, then no more. */
    private static String keyValues(ModelConfig config, KvType type) {
        long bytes = new KvLayout(config.kvHeads(), config.headDim(), type).blockBytes();
        long row = bytes * RollingCache.peakBlocks(config.windows(), config.contextLength(), 1);
        long full = bytes * config.layers() * Math.ceilDiv(config.contextLength(), KvLayout.BLOCK_TOKENS);
        return String.format(
                Locale.ROOT,
                "%,d bytes a token, at most %,.1f MiB a row%s",
                bytes * config.layers() / KvLayout.BLOCK_TOKENS,
                row / MIB,
                row < full ? String.format(Locale.ROOT, " (%,.1f MiB without the window)", full / MIB) : "");
    }

    private static void tensors(PrintWriter out, Checkpoint checkpoint) {
        Map<WeightType, long[]> types = new EnumMap<>(WeightType.class);
        for (String name : checkpoint.names()) {
            Tensor tensor = checkpoint.tensor(name);
            long[] sums = types.computeIfAbsent(tensor.type(), _ -> new long[3]);
            sums[0]++;
            sums[1] += tensor.data().byteSize();
            sums[2] += tensor.shape().stream().reduce(1L, Math::multiplyExact);
        }
        long parameters = types.values().stream().mapToLong(sums -> sums[2]).sum();
        field(out, "parameters", String.format(Locale.ROOT, "%,d", parameters));
        field(out, "weight files", String.format(Locale.ROOT, "%,d bytes", checkpoint.bytes()));
        types.forEach((type, sums) ->
                field(out, "  " + type, String.format(Locale.ROOT, "%4d tensors %,16d bytes", sums[0], sums[1])));
    }

    private static void text(PrintWriter out, Checkpoint checkpoint) {
        try (Tokenizer tokenizer = Tokenizer.open(checkpoint).orElse(null)) {
            field(
                    out,
                    "tokenizer",
                    tokenizer == null ? "none: give token_ids" : tokenizer.vocabularySize() + " tokens");
        }
        field(
                out,
                "chat template",
                ChatTemplate.open(checkpoint)
                        .map(template -> template.source().length() + " characters, "
                                + template.source().lines().count() + " lines")
                        .orElse("none: give prompts, not messages"));
    }

    private static void memory(PrintWriter out, Checkpoint checkpoint, int cores) {
        EngineMemory engine = EngineMemory.of(checkpoint, EngineOptions.AUTOMATIC);
        ExecutorMemory.Advice advice = ExecutorMemory.advise(engine, cores, EngineOptions.DEFAULT_BATCH);
        out.println();
        out.println("For executors of " + cores + " cores:");
        out.println("--conf spark.executor.cores=" + cores);
        out.println("--conf spark.executor.memory=" + advice.heapMib() + "m");
        out.println("--conf spark.executor.memoryOverhead=" + advice.overheadMib() + "m");
        out.println(
                "The overhead holds the weights and %d rows of %d tokens in flight; at least it must be %dm, for one."
                        .formatted(EngineOptions.DEFAULT_BATCH, EngineMemory.ROW_TOKENS, advice.leastOverheadMib()));
    }

    private static void field(PrintWriter out, String name, Object value) {
        out.println(String.format(Locale.ROOT, "%-14s %s", name, value));
    }
}
