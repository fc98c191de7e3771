package io.sirocco.job;

import com.typesafe.config.ConfigMemorySize;
import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The options that every job has: of its model, its output, its run and its engine. Implementations are records, whose components are the
 * keys of the same names in {@code conf/sirocco.conf}; {@link OptionTable} reads them.
 */
public sealed interface JobOptions permits RowOptions, EvaluateOptions {

    /** The job, as it is called on the command line. */
    default String job() {
        return switch (this) {
            case GenerateOptions _ -> "generate";
            case LabelOptions _ -> "label";
            case EvaluateOptions _ -> "evaluate";
        };
    }

    String model();

    String output();

    OutputFormat outputFormat();

    String master();

    boolean resume();

    boolean overwrite();

    boolean retryErrors();

    int waveSeconds();

    KvType kvType();

    OptionalInt threads();

    OptionalInt chunk();

    OptionalInt maxBatch();

    Optional<ConfigMemorySize> engineMemory();

    /** What the job reads and its output must not replace: names or paths, by what people call them. */
    Map<String, String> sources();

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
        if (waveSeconds() < 1) {
            throw new IllegalArgumentException("wave-seconds is " + waveSeconds() + "; expected at least 1");
        }
        if (Stream.concat(Stream.of(model(), output()), sources().values().stream())
                .anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("model, input or output is empty; expected a name or path");
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
