package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.kernel.KvType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The options of label, typed; see {@link JobOptions}. */
public record LabelOptions(
        String model,
        String input,
        String output,
        Optional<InputFormat> inputFormat,
        OutputFormat outputFormat,
        ColumnName promptColumn,
        ColumnName messagesColumn,
        Optional<String> promptTemplate,
        boolean chat,
        Optional<String> system,
        ColumnName idColumn,
        List<String> labels,
        Optional<String> labelsFile,
        ColumnName labelsColumn,
        Optional<String> scale,
        boolean multi,
        Optional<String> question,
        Optional<String> delimiter,
        LabelScoring score,
        boolean calibrate,
        Optional<String> goldColumn,
        boolean showPrompt,
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

    private static final Pattern LABEL = Pattern.compile("\\blabel\\b");

    /**
     * Options for rows that a program has already, for {@link Sirocco}: there is no input and no output to name.
     *
     * @param options values by key, such as {@code labels}; texts, numbers, booleans or lists of them
     * @throws OptionException naming an option that is unknown, missing or wrong
     */
    public static LabelOptions of(Map<String, ?> options) {
        return OptionTable.label().readForDataset(options);
    }

    @Override
    public void check() {
        RowOptions.super.check();
        if (outputFormat == OutputFormat.OPENAI_BATCH) {
            throw new IllegalArgumentException(
                    "output-format openai-batch holds completions, no labels; choose another");
        }
        long ways = Stream.of(!labels.isEmpty(), labelsFile.isPresent(), labelsColumn.named(), scale.isPresent())
                .filter(given -> given)
                .count();
        if (ways > 1) {
            throw new IllegalArgumentException(
                    "labels, labels-file, labels-column and scale say the same; give one of them");
        }
        if (multi && scale.isPresent()) {
            throw new IllegalArgumentException("with a scale each row gets one number; multi is for labels");
        }
        if (question.isPresent() && promptTemplate.isPresent()) {
            throw new IllegalArgumentException(
                    "question is part of the built-in prompt; write it into the prompt-template instead");
        }
        if (multi
                && promptTemplate.isPresent()
                && !LABEL.matcher(promptTemplate.get()).find()) {
            throw new IllegalArgumentException(
                    "multi asks about each label by itself, but the prompt-template has no {{ label }}");
        }
        Optional<LabelSet> _ = labelSet();
    }

    /**
     * The labels of all rows; empty if each row brings its own.
     *
     * @throws IllegalArgumentException if they cannot be labels, or their file cannot be read
     */
    Optional<LabelSet> labelSet() {
        Optional<LabelSet> set = scale.isPresent()
                ? scale.map(range -> LabelSet.of("scale", Scale.parse(range).labels()))
                : labels.isEmpty()
                        ? labelsFile.map(LabelSet::read)
                        : Optional.of(LabelSet.of("labels", OptionValues.separated(labels)));
        set.filter(_ -> multi).ifPresent(LabelSet::requireNoCommas);
        return set;
    }

    /** What each row is asked for. */
    Labelling labelling() {
        return multi ? Labelling.EACH : scale.isPresent() ? Labelling.SCALE : Labelling.ONE;
    }

    @Override
    public Map<String, String> contents() {
        return Map.of(
                "the labels",
                labelSet().map(LabelSet::toString).orElse("each row's own"),
                "the built-in prompt",
                labelling().template());
    }
}
