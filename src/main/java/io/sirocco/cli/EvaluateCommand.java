package io.sirocco.cli;

import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import io.sirocco.eval.Answering;
import io.sirocco.eval.EvalModel;
import io.sirocco.eval.EvalOptions;
import io.sirocco.eval.EvalResults;
import io.sirocco.eval.Evaluation;
import io.sirocco.eval.Finding;
import io.sirocco.eval.ImportedSamples;
import io.sirocco.eval.ResultFiles;
import io.sirocco.eval.Work;
import io.sirocco.kernel.KvType;
import io.sirocco.report.Report;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sirocco evaluate}: benchmark tasks, with lm-evaluation-harness's numbers. */
@Command(
        name = "evaluate",
        sortOptions = false,
        description =
                "Evaluates a model on tasks in lm-evaluation-harness's YAML; writes its result files, prints its table.")
final class EvaluateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description = "A directory, a .gguf file, hf://org/name[@revision] or a name of conf/models.conf.")
    private String model;

    @Option(
            names = "--tasks",
            paramLabel = "FILE_OR_DIR",
            required = true,
            split = ",",
            description = {
                "Task and group files (*.yaml), or folders of them; separated by commas.",
                "Or samples that the harness wrote (samples_*.jsonl): their requests are asked again, and compared."
            })
    private List<Path> tasks;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "Folder for results_<date>.json, samples_<task>_<date>.jsonl and report.html.")
    private Path output;

    @Option(
            names = "--num-fewshot",
            paramLabel = "N",
            description = "Shots of each prompt, in place of the task's own number; a task that says 0 keeps it.")
    private Optional<Integer> shots = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Documents of each task, or a share of them if below 1. Default: all.")
    private Optional<Double> limit = Optional.empty();

    @Option(names = "--apply-chat-template", description = "Put prompts into the model's chat template.")
    private boolean chat;

    @Option(
            names = "--fewshot-as-multiturn",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Make each shot a question and an answer of the chat. Default: true, in a chat template.")
    private Optional<Boolean> multiturn = Optional.empty();

    @Option(names = "--system-instruction", paramLabel = "TEXT", description = "What the system says before all else.")
    private Optional<String> systemInstruction = Optional.empty();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Most tokens of a prompt and its answer; longer prompts lose their beginning. Default: the model's.")
    private Optional<Integer> maxLength = Optional.empty();

    @Option(
            names = "--bootstrap-iters",
            paramLabel = "N",
            defaultValue = "100000",
            description =
                    "Resamples for standard errors that have no formula; 0 for no standard errors. Default: 100000.")
    private int bootstrap;

    @Option(names = "--threads", paramLabel = "N", description = "Worker threads. Default: all processors.")
    private int threads;

    @Option(names = "--max-batch", paramLabel = "N", description = "Most prompts in flight. Default: automatic.")
    private int maxBatch;

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            defaultValue = "f32",
            description = "Type of keys and values: f32 or bf16. Default: f32.")
    private KvType kvType;

    @Override
    public Integer call() {
        long begin = System.nanoTime();
        EvalOptions options = new EvalOptions(
                tasks,
                whole(shots),
                limit.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                chat,
                multiturn,
                systemInstruction,
                bootstrap);
        Path path = LocalModel.resolve(model, spec);
        try (EvalModel asked = EvalModel.open(path, whole(maxLength))) {
            if (tasks.stream().allMatch(task -> task.toString().endsWith(".jsonl"))) {
                tasks.forEach(samples -> again(samples, path, asked));
                return 0;
            }
            Evaluation evaluation = Evaluation.prepare(options, asked);
            List<Finding> findings = answer(path, evaluation.work());
            EvalResults results = evaluation.results(findings, (System.nanoTime() - begin) / 1e9);
            Path file = ResultFiles.write(results, output, LocalDateTime.now(ZoneId.systemDefault()));
            spec.commandLine().getErr().println("sirocco: " + file);
            spec.commandLine().getOut().print(results.table());
            spec.commandLine().getOut().flush();
            Report.write(List.of(output), output.resolve("report.html"));
        }
        return 0;
    }

    /** Asks the requests of a file of samples again. */
    private void again(Path samples, Path path, EvalModel asked) {
        ImportedSamples imported = ImportedSamples.read(samples, asked);
        ImportedSamples.Answers answers = imported.answers(answer(path, imported.work()));
        Path file = output.resolve(samples.getFileName());
        ResultFiles.write(answers.samples(), file);
        spec.commandLine().getErr().println("sirocco: " + file);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %d documents, log-likelihoods within %.1e, %d other differences%n",
                        samples.getFileName(),
                        answers.samples().size(),
                        answers.farthest(),
                        answers.others());
    }

    private static OptionalInt whole(Optional<Integer> given) {
        return given.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private List<Finding> answer(Path path, List<Work> work) {
        ProgressLine line = new ProgressLine(spec.commandLine().getErr());
        try (Engine engine = Engine.open(path, new EngineOptions(threads, maxBatch, 0, 0, kvType, true))) {
            line.engine(engine.description());
            AtomicInteger answered = new AtomicInteger();
            return Answering.by(
                    engine,
                    work,
                    () -> line.show(
                            String.format(Locale.ROOT, "%d/%d requests", answered.incrementAndGet(), work.size())));
        } finally {
            line.end();
        }
    }
}
