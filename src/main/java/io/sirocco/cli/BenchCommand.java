package io.sirocco.cli;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.Team;
import io.sirocco.model.ModelConfig;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sirocco bench}: how fast this machine is, and a model on it. */
@Command(
        name = "bench",
        sortOptions = false,
        description = "Measures this machine's peaks, the kernels against them, and a model's tokens a second.",
        footer = {
            "",
            "Rows are random tokens, greedy, all submitted at once. Prefill: new prompts and one new token each; prompt tokens"
                    + " over time. Decode: the same prompts again, which the prefix cache has; new tokens over time. Total: new"
                    + " prompts and all new tokens; both over time. See docs/performance.md."
        })
final class BenchCommand implements Callable<Integer> {

    private static final double MIB = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "A directory, a .gguf file, hf://org/name[@revision], a name of conf/models.conf, or random weights:"
                            + " random:smollm2, random:1.1b, random:7b. Without it only peaks and kernels are measured.")
    private Optional<String> model = Optional.empty();

    @Option(names = "--rows", paramLabel = "N", defaultValue = "32", description = "Rows in bulk. Default: 32.")
    private int rows;

    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Prompt tokens of a row. Default: 128.")
    private int promptTokens;

    @Option(
            names = "--new-tokens",
            paramLabel = "N",
            defaultValue = "64",
            description = "New tokens of a row. Default: 64.")
    private int newTokens;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Times each is measured; the median is shown. Default: 3.")
    private int repeat;

    @Option(names = "--threads", paramLabel = "N", description = "Worker threads. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--max-batch", paramLabel = "N", description = "Most rows in flight. Default: all.")
    private Optional<Integer> maxBatch = Optional.empty();

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            defaultValue = "f32",
            description = "Type of keys and values: f32 or bf16. Default: f32.")
    private KvType kvType;

    @Option(
            names = "--peers",
            paramLabel = "DIR",
            description =
                    "Measures the same with llama.cpp, whose llama-batched-bench is in DIR; the model must be a GGUF file.")
    private Optional<Path> peers = Optional.empty();

    @Option(names = "--json", description = "Prints one JSON document instead of tables.")
    private boolean json;

    @Override
    public Integer call() {
        check();
        ProgressLine line = new ProgressLine(spec.commandLine().getErr());
        BenchReport report;
        try {
            report = model.isPresent() ? measure(model.get(), line) : measureKernels(line);
        } finally {
            line.end();
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            BenchTable.print(report, out);
        }
        return 0;
    }

    private void check() {
        positive("--rows", rows);
        positive("--prompt-tokens", promptTokens);
        positive("--new-tokens", newTokens);
        positive("--repeat", repeat);
        positive("--threads", threads);
        maxBatch.ifPresent(batch -> positive("--max-batch", batch));
        try {
            options();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
        if (peers.isPresent()) {
            if (model.isEmpty()) {
                throw wrong("--peers needs a --model");
            }
            Path program = peers.get().resolve(LlamaCpp.PROGRAM);
            if (!Files.isExecutable(program)) {
                throw wrong("--peers: " + program + " is no program; expected the folder of llama.cpp's binaries");
            }
        }
    }

    private void positive(String option, int value) {
        if (value < 1) {
            throw wrong(option + " is " + value + "; expected at least 1");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private EngineOptions options() {
        return new EngineOptions(threads, maxBatch.orElse(rows), 0, 0, kvType, true);
    }

    private BenchReport measureKernels(ProgressLine line) {
        try (Team team = new Team(threads)) {
            BenchKernels.Speeds kernels = new BenchKernels(team, what -> begin(what, line)).measureWellKnown();
            return new BenchReport(Machine.here(threads), kernels, Optional.empty(), Optional.empty());
        }
    }

    private BenchReport measure(String name, ProgressLine line) {
        Path path = ModelSource.fromEnvironment().resolve(name, line.pull());
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            ModelConfig config = ModelConfig.of(checkpoint);
            check(checkpoint, config);
            // The model comes first, so that the memory it takes is not what the kernels' trials take.
            BenchReport.Model speed = measure(checkpoint, config, line);
            BenchKernels.Speeds kernels;
            try (Team team = new Team(threads)) {
                kernels = new BenchKernels(team, what -> begin(what, line))
                        .measure(BenchShape.of(speed.name(), config), checkpoint);
            }
            Optional<BenchReport.Peer> peer = peers.map(folder -> {
                LlamaCpp llama = new LlamaCpp(folder, path, threads);
                return new BenchReport.Peer(measure(llama, "bulk", rows, line), measure(llama, "single", 1, line));
            });
            return new BenchReport(Machine.here(threads), kernels, Optional.of(speed), peer);
        }
    }

    private void check(Checkpoint checkpoint, ModelConfig config) {
        long tokens = promptTokens + (long) newTokens;
        if (tokens > config.contextLength()) {
            throw wrong("--prompt-tokens and --new-tokens are " + tokens + " together; the model's context is "
                    + config.contextLength());
        }
        if (peers.isPresent() && checkpoint.format() != Checkpoint.Format.GGUF) {
            throw wrong("--peers: " + checkpoint.path() + " is no GGUF file, which is all that llama.cpp reads");
        }
    }

    private BenchReport.Model measure(Checkpoint checkpoint, ModelConfig config, ProgressLine line) {
        begin("loading the model", line);
        try (Engine engine = Engine.open(checkpoint.path(), options())) {
            BenchModel bench = new BenchModel(
                    engine, config.vocabSize(), promptTokens, newTokens, repeat, what -> begin(what, line));
            bench.warmUp(rows);
            Throughput bulk = bench.measure("bulk", rows);
            Throughput single = bench.measure("single", 1);
            int inFlight = Math.min(rows, engine.maxBatch());
            return new BenchReport.Model(
                    checkpoint.path().getFileName().toString(),
                    kvType,
                    bulk,
                    single,
                    bench.shares(),
                    new BenchReport.Memory(
                            Machine.peakRssMib().orElse(0.0),
                            checkpoint.bytes() / MIB,
                            BenchModel.keyValueBytes(config, kvType, inFlight, promptTokens + newTokens - 1) / MIB));
        }
    }

    private Throughput measure(LlamaCpp peer, String name, int batch, ProgressLine line) {
        List<Throughput> runs = new ArrayList<>();
        for (int i = 0; i < repeat; i++) {
            begin(String.format(Locale.ROOT, "llama.cpp: measuring %s, %d of %d", name, i + 1, repeat), line);
            runs.add(peer.run(batch, promptTokens, newTokens));
        }
        return Throughput.median(runs);
    }

    /** Shows what is measured next, unless the user has stopped the command. */
    private static void begin(String what, ProgressLine line) {
        if (Thread.interrupted()) {
            throw new CancellationException("interrupted before " + what);
        }
        line.phase(what);
    }
}
