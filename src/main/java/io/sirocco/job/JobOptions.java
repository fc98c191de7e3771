package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import io.sirocco.text.PromptTemplate;
import io.sirocco.text.jinja.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The options that every job over rows has: of its input, its output, its prompts, its run and its engine. Implementations are records,
 * whose components are the keys of the same names in {@code conf/sirocco.conf}; {@link OptionTable} reads them.
 */
public sealed interface JobOptions permits GenerateOptions, LabelOptions {

    /** The job, as it is called on the command line. */
    default String job() {
        return switch (this) {
            case GenerateOptions _ -> "generate";
            case LabelOptions _ -> "label";
        };
    }

    String model();

    String input();

    String output();

    Optional<InputFormat> inputFormat();

    OutputFormat outputFormat();

    ColumnName promptColumn();

    ColumnName messagesColumn();

    Optional<String> promptTemplate();

    boolean chat();

    Optional<String> system();

    ColumnName idColumn();

    OptionalLong limit();

    String master();

    boolean resume();

    boolean overwrite();

    boolean retryErrors();

    boolean failOnError();

    int waveSeconds();

    String outputPrefix();

    KvType kvType();

    OptionalInt threads();

    OptionalInt chunk();

    OptionalInt maxBatch();

    Optional<ConfigMemorySize> engineMemory();

    /** What the answers depend on and the options themselves do not hold, such as the content of a file, by its name for people. */
    default Map<String, String> contents() {
        return Map.of();
    }

    /**
     * Checks that the values make sense, each and together.
     *
     * @throws IllegalArgumentException naming an option whose value makes no sense, and what was expected
     */
    default void check() {
        if (limit().isPresent() && limit().getAsLong() < 1) {
            throw new IllegalArgumentException("limit is " + limit().getAsLong() + "; expected at least 1");
        }
        if (waveSeconds() < 1) {
            throw new IllegalArgumentException("wave-seconds is " + waveSeconds() + "; expected at least 1");
        }
        for (String text : List.of(model(), input(), output())) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("model, input or output is empty; expected a name or path");
            }
        }
        if (promptTemplate().isPresent()
                && (promptColumn().named() || messagesColumn().named())) {
            throw new IllegalArgumentException(
                    "a prompt-template makes the prompt; a column for it cannot be named too");
        }
        try {
            promptTemplate().ifPresent(PromptTemplate::parse);
        } catch (TemplateException e) {
            throw new IllegalArgumentException("prompt-template: " + e.getMessage(), e);
        }
        EngineOptions _ = engine();
    }

    /** Tokens that a row's answers may have, if it says nothing itself; the rest of what a row is estimated to cost is its prompt. */
    default long mostAnswerTokens() {
        return 0;
    }

    /** How the engine runs. */
    default EngineOptions engine() {
        return new EngineOptions(
                threads().orElse(0),
                maxBatch().orElse(0),
                chunk().orElse(0),
                engineMemory().map(ConfigMemorySize::toBytes).orElse(0L),
                kvType(),
                true);
    }
}
