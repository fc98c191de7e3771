package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.engine.EngineOptions;
import io.sirocco.engine.SamplingParams;
import io.sirocco.kernel.KvType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The options of generate, typed. Each component is the key of the same name in {@code conf/sirocco.conf}, which says what it means and
 * what its default is; {@link OptionTable} reads them.
 */
public record GenerateOptions(
        String model,
        String input,
        String output,
        Optional<InputFormat> inputFormat,
        OutputFormat outputFormat,
        ColumnName promptColumn,
        ColumnName messagesColumn,
        ColumnName tokenIdsColumn,
        Optional<String> promptTemplate,
        boolean chat,
        Optional<String> system,
        ColumnName idColumn,
        ColumnName paramsColumn,
        int maxTokens,
        int minTokens,
        double temperature,
        double topP,
        int topK,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        int n,
        long seed,
        List<String> stop,
        List<Integer> stopTokenIds,
        boolean includeStop,
        boolean ignoreEos,
        OptionalInt logprobs,
        boolean promptLogprobs,
        OptionalLong limit,
        String master,
        boolean resume,
        boolean overwrite,
        boolean retryErrors,
        boolean failOnError,
        int waveSeconds,
        String outputPrefix,
        KvType kvType,
        OptionalInt threads,
        OptionalInt chunk,
        OptionalInt maxBatch,
        Optional<ConfigMemorySize> engineMemory) {

    /**
     * Checks that the values make sense, each and together. Not the constructor's task: there the sampling and engine options are but
     * parameters, which a method of as many parameters would have to take to build what {@link #sampling} and {@link #engine} do.
     *
     * @throws IllegalArgumentException naming an option whose value makes no sense, and what was expected
     */
    void check() {
        if (limit.isPresent() && limit.getAsLong() < 1) {
            throw new IllegalArgumentException("limit is " + limit.getAsLong() + "; expected at least 1");
        }
        if (waveSeconds < 1) {
            throw new IllegalArgumentException("wave-seconds is " + waveSeconds + "; expected at least 1");
        }
        for (String text : List.of(model, input, output)) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("model, input or output is empty; expected a name or path");
            }
        }
        if (promptTemplate.isPresent() && (promptColumn.named() || messagesColumn.named() || tokenIdsColumn.named())) {
            throw new IllegalArgumentException(
                    "a prompt-template makes the prompt; a column for it cannot be named too");
        }
        sampling();
        engine();
    }

    /** How a row is answered that says nothing itself. */
    public SamplingParams sampling() {
        return SamplingParams.builder()
                .maxTokens(maxTokens)
                .minTokens(minTokens)
                .temperature(temperature)
                .topP(topP)
                .topK(topK)
                .minP(minP)
                .repetitionPenalty(repetitionPenalty)
                .presencePenalty(presencePenalty)
                .frequencyPenalty(frequencyPenalty)
                .n(n)
                .seed(seed)
                .stop(stop)
                .stopTokenIds(stopTokenIds)
                .includeStop(includeStop)
                .ignoreEos(ignoreEos)
                .logprobs(logprobs.orElse(-1))
                .promptLogprobs(promptLogprobs)
                .build();
    }

    /** How the engine runs. */
    public EngineOptions engine() {
        return new EngineOptions(
                threads.orElse(0),
                maxBatch.orElse(0),
                chunk.orElse(0),
                engineMemory.map(ConfigMemorySize::toBytes).orElse(0L),
                kvType,
                true);
    }
}
