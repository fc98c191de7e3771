package io.sirocco.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
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
        final Asked<?> asked;
        final long cost;
        Asked.Answered answered;

        InFlight(Asked<?> asked, long cost) {
            this.asked = asked;
            this.cost = cost;
        }

        Asked.Answered answered() {
            return answered == null ? asked.answered() : answered;
        }
    }

    private final BiFunction<String, Row, Asked<?>> asking;
    private final SharedEngine shared;
    private final Iterator<Row> rows;
    private final int columns;
    private final Tally tally;
    private final TaskContext context;
    private final int window;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();

    /**
     * @param rows of the plan: the input's own columns, then id and cost
     * @param columns number of the input's own
     * @param asking asks the engine about a row of this id; a row that asks nothing sensible is answered by an error
     */
    AnsweredRows(
            Iterator<Row> rows,
            int columns,
            SharedEngine shared,
            BiFunction<String, Row, Asked<?>> asking,
            Tally tally,
            TaskContext context) {
        this.rows = rows;
        this.columns = columns;
        this.shared = shared;
        this.asking = asking;
        this.tally = tally;
        this.context = context;
        window = Math.max(LEAST_IN_FLIGHT, BATCHES_IN_FLIGHT * shared.engine().maxBatch());
    }

    @Override
    public boolean hasNext() {
        while (inFlight.size() < window && rows.hasNext()) {
            Row row = rows.next();
            inFlight.add(new InFlight(asking.apply(row.getString(columns), row), row.getLong(columns + 1)));
        }
        return !inFlight.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        InFlight first = inFlight.getFirst();
        await(first.asked.answer());
        Asked.Answered answered = first.answered();
        if (answered.error() != null && shared.isClosing()) {
            // The row has no error of its own, and must not be told to have one: the task fails and is done again
            // elsewhere.
            throw new IllegalStateException("the engine is being closed");
        }
        count();
        tally.rowInOrder(answered, first.cost);
        inFlight.removeFirst();
        return answered.row();
    }

    private void await(Future<?> answer) {
        while (true) {
            context.killTaskIfInterrupted();
            try {
                answer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                return;
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
            CompletableFuture<?> answer = row.asked.answer();
            if (row.answered == null && answer.isDone() && !answer.isCompletedExceptionally()) {
                row.answered = row.asked.answered();
                tally.row(row.answered, row.cost);
            }
        }
        shared.report(tally);
    }

    /** Takes what is still in flight out of the engine. */
    @Override
    public void onTaskCompletion(TaskContext ended) {
        inFlight.forEach(row -> row.asked.answer().cancel(false));
    }
}
