package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.kernel.KvType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

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
        implements JobOptions {

    @Override
    public void check() {
        JobOptions.super.check();
        if (outputFormat == OutputFormat.OPENAI_BATCH) {
            throw new IllegalArgumentException(
                    "output-format openai-batch holds completions, no labels; choose another");
        }
        int ways = (labels.isEmpty() ? 0 : 1) + (labelsFile.isPresent() ? 1 : 0) + (labelsColumn.named() ? 1 : 0);
        if (ways > 1) {
            throw new IllegalArgumentException("labels, labels-file and labels-column say the same; give one of them");
        }
        Optional<LabelSet> _ = labelSet();
    }

    /**
     * The labels of all rows; empty if each row brings its own.
     *
     * @throws IllegalArgumentException if they cannot be labels, or their file cannot be read
     */
    Optional<LabelSet> labelSet() {
        return labels.isEmpty()
                ? labelsFile.map(LabelSet::read)
                : Optional.of(LabelSet.of("labels", OptionValues.separated(labels)));
    }

    @Override
    public Map<String, String> contents() {
        return Map.of(
                "the labels",
                labelSet().map(LabelSet::toString).orElse("each row's own"),
                "the built-in prompt",
                LabelRequests.BUILT_IN);
    }
}
