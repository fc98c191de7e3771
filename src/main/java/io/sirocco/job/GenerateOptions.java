package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.engine.SamplingParams;
import io.sirocco.engine.constraint.Constraint;
import io.sirocco.kernel.KvType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        List<String> choices,
        Optional<String> regex,
        Optional<String> jsonSchema,
        int schemaDepth,
        boolean complete,
        boolean parse,
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
        Optional<ConfigMemorySize> engineMemory)
        implements RowOptions {

    /**
     * Options for rows that a program has already, for {@link Sirocco}: there is no input and no output to name.
     *
     * @param options values by key, such as {@code maxTokens}; texts, numbers, booleans or lists of them
     * @throws OptionException naming an option that is unknown, missing or wrong
     */
    public static GenerateOptions of(Map<String, ?> options) {
        return OptionTable.generate().readForDataset(options);
    }

    /**
     * Checks that the values make sense, each and together. Not the constructor's task: there the sampling and engine options are but
     * parameters, which a method of as many parameters would have to take to build what {@link #sampling} and {@link #engine} do.
     *
     * @throws IllegalArgumentException naming an option whose value makes no sense, and what was expected
     */
    @Override
    public void check() {
        RowOptions.super.check();
        if (promptTemplate.isPresent() && tokenIdsColumn.named()) {
            throw new IllegalArgumentException(
                    "a prompt-template makes the prompt; a column for it cannot be named too");
        }
        Constraint constraint = sampling().constraint();
        if (constraint != null) {
            constraint.check();
        }
        if (outputFormat == OutputFormat.OPENAI_BATCH && (parse || promptLogprobs)) {
            throw new IllegalArgumentException(
                    "output-format openai-batch has no place for parse or prompt-logprobs; choose another");
        }
        if (parse && !(constraint instanceof Constraint.JsonSchema)) {
            throw new IllegalArgumentException("parse needs a json-schema, which says what the answers are");
        }
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
                .choices(choices.isEmpty() ? null : OptionValues.separated(choices))
                .regex(regex.orElse(null))
                .jsonSchema(jsonSchemaText().orElse(null))
                .schemaDepth(schemaDepth)
                .complete(complete)
                .build();
    }

    @Override
    public long mostAnswerTokens() {
        return (long) maxTokens * n;
    }

    /**
     * The schema that the answers are valid by.
     *
     * @throws IllegalArgumentException if its file cannot be read
     */
    Optional<String> jsonSchemaText() {
        return jsonSchema.map(file -> {
            try {
                return Files.readString(Path.of(file));
            } catch (IOException | InvalidPathException e) {
                throw new IllegalArgumentException(
                        "json-schema " + file + " cannot be read; expected a file with a JSON schema", e);
            }
        });
    }

    @Override
    public Map<String, String> contents() {
        return jsonSchemaText().map(schema -> Map.of("the JSON schema", schema)).orElse(Map.of());
    }
}
