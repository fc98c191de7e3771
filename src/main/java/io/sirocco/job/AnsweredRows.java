package io.sirocco.job;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Engine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A task's rows with their answers, in the order of the plan. It keeps enough rows in the engine that the batch stays full while the
 * oldest row, which must come out first, is still being answered.
 */
final class AnsweredRows implements Iterator<Row>, TaskCompletionListener {

    private static final int LEAST_IN_FLIGHT = 32;
    private static final int BATCHES_IN_FLIGHT = 4;
    private static final long POLL_MILLIS = 200;

    private static final class InFlight {
        final Row row;
        final String id;
        final long cost;
        final CompletableFuture<Completion> answer;
        boolean counted;

        InFlight(Row row, String id, long cost, CompletableFuture<Completion> answer) {
            this.row = row;
            this.id = id;
            this.cost = cost;
            this.answer = answer;
        }
    }

    private final GenerateTask task;
    private final SharedEngine shared;
    private final Engine engine;
    private final Iterator<Row> rows;
    private final TaskContext context;
    private final RowRequests.Reader requests;
    private final int window;
    private final String fingerprint;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();

    AnsweredRows(GenerateTask task, SharedEngine shared, Iterator<Row> rows, TaskContext context) {
        this.task = task;
        this.shared = shared;
        this.rows = rows;
        this.context = context;
        engine = shared.engine();
        requests = task.requests().reader();
        window = Math.max(LEAST_IN_FLIGHT, BATCHES_IN_FLIGHT * engine.maxBatch());
        fingerprint = engine.fingerprint();
    }

    @Override
    public boolean hasNext() {
        while (inFlight.size() < window && rows.hasNext()) {
            Row row = rows.next();
            int columns = task.output().inputColumns();
            String id = row.getString(columns);
            inFlight.add(new InFlight(row, id, row.getLong(columns + 1), submit(id, row)));
        }
        return !inFlight.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        InFlight first = inFlight.getFirst();
        Completion completion = task.output().checked(await(first.answer));
        if (completion.error() != null && shared.isClosing()) {
            // The row has no error of its own, and must not be told to have one: the task fails and is done again
            // elsewhere.
            throw new IllegalStateException("the engine is being closed");
        }
        count();
        inFlight.removeFirst();
        return task.output().row(first.row, first.id, completion, fingerprint);
    }

    private CompletableFuture<Completion> submit(String id, Row row) {
        try {
            return engine.submit(requests.read(id, row));
        } catch (BadRow bad) {
            return CompletableFuture.completedFuture(Completion.failed(bad.error(), 0));
        }
    }

    private Completion await(CompletableFuture<Completion> answer) {
        while (true) {
            context.killTaskIfInterrupted();
            try {
                return answer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                count();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                context.killTaskIfInterrupted();
                throw new JobException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("the engine failed", e.getCause());
            }
        }
    }

    /** Counts what has been done: rows count when they are answered, though they leave only after those before them. */
    private void count() {
        for (InFlight row : inFlight) {
            if (!row.counted && row.answer.isDone() && !row.answer.isCompletedExceptionally()) {
                row.counted = true;
                task.tally().row(task.output().checked(row.answer.getNow(null)), row.cost);
            }
        }
        shared.report(task.tally());
    }

    /** Takes what is still in flight out of the engine. */
    @Override
    public void onTaskCompletion(TaskContext ended) {
        inFlight.forEach(row -> row.answer.cancel(false));
    }
}
