package io.sirocco.eval;

import java.util.List;

/**
 * A task whose requests all have responses.
 *
 * @param docs by document: its requests in their order
 */
record AnsweredTask(Task task, List<List<Answered>> docs) {

    /**
     * A request and the responses to it.
     *
     * @param responses as many as the task repeats it: each a {@link Likelihood}, a Double for a whole text's, or a String
     */
    record Answered(Instance instance, List<Object> responses) {}
}
