package io.sirocco.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Runs a plan: waves of chunks, each answered by its tasks and then committed to the output, two at a time. */
final class Waves {

    private static final long CANCEL_AGAIN_MILLIS = 200;
    private static final int CANCEL_TIMES = 50;

    private final SparkSession spark;
    private final Plan plan;
    private final WaveQueue queue;
    private final FlatMapFunction<Iterator<Row>, Row> task;
    private final StructType schema;
    private final Output output;
    private final DoubleSupplier tokensPerSecond;
    private final String tag = "sirocco-" + UUID.randomUUID();
    private final AtomicLong committed = new AtomicLong();
    private volatile boolean stopping;

    /**
     * @param task answers the rows of a chunk
     * @param schema of the rows that it returns
     * @param tokensPerSecond done so far, in the unit of the plan's costs
     */
    Waves(
            SparkSession spark,
            Plan plan,
            int seconds,
            FlatMapFunction<Iterator<Row>, Row> task,
            StructType schema,
            Output output,
            DoubleSupplier tokensPerSecond) {
        this.spark = spark;
        this.plan = plan;
        queue = new WaveQueue(plan.chunks(), seconds);
        this.task = task;
        this.schema = schema;
        this.output = output;
        this.tokensPerSecond = tokensPerSecond;
    }

    /** Returns when all waves are committed; if one fails, or the caller is interrupted, the others are cancelled. */
    void run() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(
                WaveQueue.IN_FLIGHT,
                Thread.ofPlatform().daemon().name("sirocco-wave-", 1).factory());
        try {
            CompletionService<Void> lanes = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < WaveQueue.IN_FLIGHT; i++) {
                lanes.submit(this::oneAfterAnother, null);
            }
            for (int i = 0; i < WaveQueue.IN_FLIGHT; i++) {
                lanes.take().get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            stopping = true;
            threads.shutdown();
            cancel(threads);
        }
    }

    private void oneAfterAnother() {
        SparkContext context = spark.sparkContext();
        context.addJobTag(tag);
        WaveQueue.Wave wave;
        while (!stopping
                && (wave = queue.next(ExecutorCores.slotsOfAll(context), tokensPerSecond.getAsDouble())) != null) {
            context.setJobDescription("wave %d: %d rows in %d chunks"
                    .formatted(wave.number(), wave.rows(), wave.chunks().size()));
            try {
                output.append(
                        spark.createDataFrame(plan.read(wave.chunks()).mapPartitions(task), schema),
                        schema,
                        wave.number());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            committed.addAndGet(wave.rows());
        }
    }

    /** Rows of the waves that are committed. */
    long committed() {
        return committed.get();
    }

    /** A wave may be about to submit its tasks, so that there is nothing to cancel yet. */
    private void cancel(ExecutorService threads) {
        boolean interrupted = false;
        for (int i = 0; i < CANCEL_TIMES && !threads.isTerminated(); i++) {
            if (!spark.sparkContext().isStopped()) {
                spark.sparkContext().cancelJobsWithTag(tag);
            }
            try {
                if (threads.awaitTermination(CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
