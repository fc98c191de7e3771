package io.sirocco.job;

import io.sirocco.engine.Completion.RowError;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * A row's question in the engine.
 *
 * @param answer the engine's answer to come; cancelling it takes the question out
 * @param end makes the output's row of it
 */
record Asked<A>(CompletableFuture<A> answer, Function<A, Answered> end) {

    /**
     * A row of the output, and what is counted of it.
     *
     * @param error its error, or null
     */
    record Answered(Row row, int promptTokens, int answerTokens, RowError error) {}

    /** The output's row, of an answer that is there. */
    Answered answered() {
        return end.apply(answer.join());
    }
}
