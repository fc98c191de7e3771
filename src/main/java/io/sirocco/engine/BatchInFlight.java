package io.sirocco.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A batch of rows in the engine: when all are answered, a thread of the common pool writes their completions, since steps must not wait for that. */
final class BatchInFlight {

    private final List<String> ids;
    private final List<CompletableFuture<Completion>> rows;
    private final BiFunction<List<String>, List<Completion>, VectorSchemaRoot> writer;
    private final CompletableFuture<VectorSchemaRoot> answer = new CompletableFuture<>();

    private BatchInFlight(
            List<RequestBatch.Row> asked,
            Function<Request, CompletableFuture<Completion>> engine,
            BiFunction<List<String>, List<Completion>, VectorSchemaRoot> writer) {
        ids = asked.stream().map(RequestBatch.Row::id).toList();
        rows = asked.stream().map(row -> submit(row, engine)).toList();
        this.writer = writer;
    }

    private static CompletableFuture<Completion> submit(
            RequestBatch.Row row, Function<Request, CompletableFuture<Completion>> engine) {
        return switch (row) {
            case RequestBatch.Asked(Request request) -> engine.apply(request);
            case RequestBatch.Refused refused ->
                CompletableFuture.completedFuture(Completion.failed(refused.error(), 0));
        };
    }

    /**
     * Submits the rows.
     *
     * @param writer makes the batch of ids and completions
     * @param left completed once nothing of the batch is the engine's any more: it is its owner's, or has been given up
     * @return the batch of completions; if it is cancelled, or ended in another way, the rows leave the engine
     */
    static CompletableFuture<VectorSchemaRoot> submit(
            List<RequestBatch.Row> asked,
            Function<Request, CompletableFuture<Completion>> engine,
            BiFunction<List<String>, List<Completion>, VectorSchemaRoot> writer,
            CompletableFuture<Void> left) {
        BatchInFlight batch = new BatchInFlight(asked, engine, writer);
        CompletableFuture<?> _ = batch.answer.whenComplete((_, _) -> batch.rows.forEach(row -> row.cancel(false)));
        CompletableFuture<?> _ = CompletableFuture.allOf(batch.rows.toArray(CompletableFuture[]::new))
                .whenCompleteAsync((_, _) -> {
                    try {
                        batch.handOver();
                    } finally {
                        left.complete(null);
                    }
                });
        return batch.answer;
    }

    private void handOver() {
        if (answer.isDone()) {
            return; // given up, which is why the rows have ended
        }
        try {
            VectorSchemaRoot written =
                    writer.apply(ids, rows.stream().map(CompletableFuture::join).toList());
            if (!answer.complete(written)) {
                written.close();
            }
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }
}
