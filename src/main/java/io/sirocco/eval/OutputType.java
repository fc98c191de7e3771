package io.sirocco.eval;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a task asks of a model. */
enum OutputType {
    /** How likely the target is after the context. */
    LOGLIKELIHOOD,
    /** How likely a whole text is. */
    LOGLIKELIHOOD_ROLLING,
    /** How likely each choice is. */
    MULTIPLE_CHOICE,
    /** What it says. */
    GENERATE_UNTIL;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<OutputType> of(String key) {
        return Arrays.stream(values()).filter(type -> type.key().equals(key)).findFirst();
    }

    static String keys() {
        return Arrays.stream(values()).map(OutputType::key).collect(Collectors.joining(", "));
    }
}
