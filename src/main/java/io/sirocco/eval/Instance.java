package io.sirocco.eval;

import java.util.Map;

/**
 * One request of a document: a task of choices makes one for each.
 *
 * @param doc its place among the documents
 * @param index its place among the requests of its document
 */
record Instance(int doc, int index, Arguments arguments) {

    /** What is asked. */
    sealed interface Arguments {
        /** The text that the model sees first. */
        String prompt();
    }

    /** How likely is the continuation? */
    record Loglikelihood(String context, String continuation) implements Arguments {
        @Override
        public String prompt() {
            return context;
        }
    }

    /** How likely is the text? */
    record Rolling(String text) implements Arguments {
        @Override
        public String prompt() {
            return text;
        }
    }

    /**
     * How does it go on?
     *
     * @param options the task's generation_kwargs
     */
    record Generate(String context, Map<String, Object> options) implements Arguments {
        @Override
        public String prompt() {
            return context;
        }
    }
}
