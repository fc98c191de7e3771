package io.sirocco.job;

import io.sirocco.text.PromptTemplate;
import io.sirocco.text.jinja.TemplateException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The options that every job over the rows of an input has: of its input, its prompts, and the rows that it adds to. */
public sealed interface RowOptions extends JobOptions permits GenerateOptions, LabelOptions {

    String input();

    Optional<InputFormat> inputFormat();

    ColumnName promptColumn();

    ColumnName messagesColumn();

    Optional<String> promptTemplate();

    boolean chat();

    Optional<String> system();

    ColumnName idColumn();

    OptionalLong limit();

    boolean failOnError();

    String outputPrefix();

    @Override
    default Map<String, String> sources() {
        return Map.of("the input", input(), "the model", model());
    }

    @Override
    default void check() {
        JobOptions.super.check();
        if (limit().isPresent() && limit().getAsLong() < 1) {
            throw new IllegalArgumentException("limit is " + limit().getAsLong() + "; expected at least 1");
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
    }
}
