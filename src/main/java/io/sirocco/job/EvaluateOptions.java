package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.eval.EvalOptions;
import io.sirocco.kernel.KvType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The options of evaluate, typed; see {@link JobOptions}. */
public record EvaluateOptions(
        String model,
        List<String> tasks,
        String output,
        OptionalInt numFewshot,
        Optional<Double> limit,
        boolean applyChatTemplate,
        Optional<Boolean> fewshotAsMultiturn,
        Optional<String> systemInstruction,
        OptionalInt maxLength,
        int bootstrapIters,
        String master,
        boolean resume,
        boolean overwrite,
        int waveSeconds,
        KvType kvType,
        OptionalInt threads,
        OptionalInt chunk,
        OptionalInt maxBatch,
        Optional<ConfigMemorySize> engineMemory)
        implements JobOptions {

    /** That of the answers to requests, which are the job's own. */
    @Override
    public OutputFormat outputFormat() {
        return OutputFormat.PARQUET;
    }

    /** There are no scores without an answer to every request. */
    @Override
    public boolean retryErrors() {
        return true;
    }

    /** Results go beside whatever else is in a folder, such as samples that are asked again; only {@code overwrite} replaces that. */
    @Override
    public Map<String, String> sources() {
        Map<String, String> sources = new HashMap<>(Map.of("the model", model));
        if (overwrite) {
            taskFiles().forEach(file -> sources.put("the task " + file, file.toString()));
        }
        return sources;
    }

    @Override
    public void check() {
        JobOptions.super.check();
        if (taskFiles().isEmpty()) {
            throw new IllegalArgumentException("tasks is empty; expected task files or folders of them");
        }
        if (limit.isPresent() && !(limit.get() > 0)) {
            throw new IllegalArgumentException(
                    "limit is " + limit.get() + "; expected a number of documents, or a share of them below 1");
        }
        require("num-fewshot", numFewshot, 0);
        require("max-length", maxLength, 1);
        require("bootstrap-iters", OptionalInt.of(bootstrapIters), 0);
        if (fewshotAsMultiturn.orElse(false) && !applyChatTemplate) {
            throw new IllegalArgumentException("fewshot-as-multiturn needs apply-chat-template");
        }
    }

    private static void require(String name, OptionalInt value, int least) {
        if (value.isPresent() && value.getAsInt() < least) {
            throw new IllegalArgumentException(name + " is " + value.getAsInt() + "; expected at least " + least);
        }
    }

    private List<Path> taskFiles() {
        return OptionValues.separated(tasks).stream()
                .filter(name -> !name.isBlank())
                .map(name -> Path.of(name.strip()))
                .toList();
    }

    /** What is evaluated and how it is asked. */
    EvalOptions evaluation() {
        return new EvalOptions(
                taskFiles(),
                numFewshot,
                limit.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                applyChatTemplate,
                fewshotAsMultiturn,
                systemInstruction,
                bootstrapIters);
    }
}
