package io.sirocco.engine.constraint;

import java.io.Serializable;
import java.util.List;

/** What an answer must be, as a whole. */
public sealed interface Constraint extends Serializable {

    /** One of these texts. */
    record Choices(List<String> texts) implements Constraint {
        public Choices {
            texts = List.copyOf(texts);
        }
    }

    /** A text that matches this regular expression from its beginning to its end; the dialect is that of {@link RegexParser}. */
    record Regex(String pattern) implements Constraint {}

    /**
     * Checks it; no model is needed.
     *
     * @throws ConstraintException if no answer can be made by it, or not by what is implemented
     */
    default void check() {
        Compiler.dfa(this);
    }
}
