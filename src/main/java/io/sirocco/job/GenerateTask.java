package io.sirocco.job;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineOptions;
import java.io.Serializable;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * What each task does with the rows of its chunk, as sent to it.
 *
 * @param model as the user typed it
 */
record GenerateTask(String model, EngineOptions engine, RowRequests requests, OutputRows output, Tally tally)
        implements FlatMapFunction<Iterator<Row>, Row>, Serializable {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        TaskContext context = TaskContext.get();
        SharedEngine shared = Engines.get(model, engine);
        RowRequests.Reader reader = requests.reader();
        AnsweredRows answered = new AnsweredRows(
                rows,
                output.columns().inputColumns(),
                shared,
                (id, row) -> new Asked<>(
                        submit(shared.engine(), reader, id, row),
                        completion ->
                                answered(row, id, completion, shared.engine().fingerprint())),
                tally,
                context);
        context.addTaskCompletionListener(answered);
        return answered;
    }

    private static CompletableFuture<Completion> submit(Engine engine, RowRequests.Reader reader, String id, Row row) {
        try {
            return engine.submit(reader.read(id, row));
        } catch (BadRow bad) {
            return CompletableFuture.completedFuture(Completion.failed(bad.error(), 0));
        }
    }

    private Asked.Answered answered(Row row, String id, Completion answer, String fingerprint) {
        Completion completion = output.checked(answer);
        int answerTokens = completion.outputs().stream()
                .mapToInt(one -> one.tokenIds().size())
                .sum();
        return new Asked.Answered(
                output.row(row, id, completion, fingerprint),
                completion.promptTokens(),
                answerTokens,
                completion.error());
    }
}
