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
     * A JSON document, in the canonical form of {@link SchemaCompiler}, that is valid by this schema.
     *
     * @param schema the schema's text
     * @param depth how often a schema that refers to itself may be inside of itself
     */
    record JsonSchema(String schema, int depth) implements Constraint {

        /** For schemas of which nothing else is said. */
        public static final int DEFAULT_DEPTH = 3;

        public static final int MAX_DEPTH = 20;

        public JsonSchema {
            if (depth < 1 || depth > MAX_DEPTH) {
                throw new ConstraintException("schema-depth is " + depth + "; expected 1 to " + MAX_DEPTH);
            }
        }
    }

    /**
     * Checks it; no model is needed.
     *
     * @throws ConstraintException if no answer can be made by it, or not by what is implemented
     */
    default void check() {
        Compiler.dfa(this);
    }
}
