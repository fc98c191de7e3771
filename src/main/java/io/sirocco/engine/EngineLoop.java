package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Scheduler.Wanted;
import io.sirocco.kernel.Team;
import io.sirocco.kernel.Worker;
import io.sirocco.model.Activations;
import io.sirocco.model.Step;
import io.sirocco.model.Transformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step after another on a thread of its own, and sleeps while there is nothing to do. */
final class EngineLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

    /** Prompt tokens of a step at least; fewer would starve the matrix kernels. */
    private static final int LEAST_STEP_TOKENS = 512;

    /** Logits rows of a step beside one for each sequence; they serve the log-probabilities of prompts. */
    private static final int PROMPT_LOGITS = 64;

    private final Transformer model;
    private final BlockPool pool;
    private final Counters counters = new Counters();
    private final StepTimes times = new StepTimes();
    private final Scheduler scheduler;
    private final Team team;
    private final Activations activations;
    private final Step step;
    private final Sampler[] samplers; // by worker
    private final BlockingQueue<SequenceGroup> inbox = new LinkedBlockingQueue<>();
    private final List<SequenceGroup> ended = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile EngineStats stats;

    EngineLoop(Transformer model, EngineOptions options, BlockPool pool) {
        this.model = model;
        this.pool = pool;
        scheduler = new Scheduler(pool, model.config().windows(), options, counters);
        int tokens = Math.max(options.chunk(), LEAST_STEP_TOKENS) + options.maxBatch();
        int logits = PROMPT_LOGITS + options.maxBatch();
        step = new Step(tokens, logits, model.config().vocabSize());
        activations = new Activations(model, tokens, logits, options.threads());
        stats = snapshot();
        team = new Team(options.threads());
        samplers = new Sampler[options.threads()];
        for (int i = 0; i < samplers.length; i++) {
            samplers[i] = new Sampler(model.kernels());
        }
        thread = Thread.ofPlatform().name("sirocco-engine").daemon().start(this::run);
    }

    /** Safe for many threads. */
    void submit(SequenceGroup group) {
        inbox.add(group);
        if (closed) {
            refuseInbox();
        }
    }

    EngineStats stats() {
        return stats;
    }

    private void run() {
        try {
            while (!closed) {
                receive();
                long begin = System.nanoTime();
                long computed = counters.forwardNanos + counters.samplingNanos;
                scheduler.dropCancelled();
                if (!scheduler.isIdle()) {
                    runStep();
                }
                stats = snapshot();
                deliver();
                computed = counters.forwardNanos + counters.samplingNanos - computed;
                counters.schedulingNanos += System.nanoTime() - begin - computed;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("The engine has failed and answers no more rows", e);
        } finally {
            closed = true;
            // Their blocks go with the pool, which may be in any state.
            for (SequenceGroup group : scheduler.groups()) {
                if (!group.answer().isGiven()) {
                    group.fail(closedError());
                    ended.add(group);
                }
            }
            deliver();
            refuseInbox();
        }
    }

    private EngineStats snapshot() {
        counters.completed += ended.size();
        return counters.snapshot(
                activations.timer().nanos(), scheduler.running(), scheduler.waiting() + inbox.size(), pool);
    }

    /** Takes what has been submitted; sleeps if there is nothing to do at all. */
    private void receive() throws InterruptedException {
        if (scheduler.isIdle()) {
            scheduler.add(inbox.take());
        }
        for (SequenceGroup group = inbox.poll(); group != null; group = inbox.poll()) {
            scheduler.add(group);
        }
    }

    private void runStep() {
        try {
            long prompts = counters.prefillTokens;
            long answers = counters.decodeTokens;
            scheduler.plan(step);
            long begin = System.nanoTime();
            model.forward(step, activations, pool, team);
            long computed = System.nanoTime();
            List<Wanted> wanted = scheduler.wanted();
            boolean[] finite = new boolean[wanted.size()];
            team.run(worker -> read(wanted, finite, worker));
            scheduler.advance(step);
            counters.steps++;
            long picked = System.nanoTime();
            counters.forwardNanos += computed - begin;
            counters.samplingNanos += picked - computed;
            for (int i = 0; i < finite.length; i++) {
                use(wanted.get(i), finite[i]);
            }
            counters.prefillNanos += times.prefillNanos(
                    counters.prefillTokens - prompts, counters.decodeTokens - answers, picked - begin);
        } catch (RuntimeException | Error e) {
            failStep(e);
        }
    }

    /** Whatever went wrong concerns the rows of this step only. An error of the JVM, such as a full heap, is no worse: what the step held is given back. */
    private void failStep(Throwable e) {
        Set<SequenceGroup> failed = scheduler.planned().isEmpty()
                ? scheduler.groups()
                : scheduler.planned().stream().map(Sequence::group).collect(Collectors.toSet());
        LOG.error("A step failed; its {} rows end as errors and the engine goes on", failed.size(), e);
        step.clear();
        RowError error = new RowError(Code.INTERNAL, "a step of the engine failed: " + e);
        for (SequenceGroup group : failed) {
            if (!group.answer().isGiven()) {
                end(group, error);
            }
        }
    }

    private void read(List<Wanted> wanted, boolean[] finite, Worker worker) {
        int vocabSize = model.config().vocabSize();
        Sampler sampler = samplers[worker.index()];
        for (int i = worker.next(); i < finite.length; i = worker.next()) {
            Wanted row = wanted.get(i);
            int o = step.logitsOffset(i);
            finite[i] = row.sequence().read(row.position(), step.logits(), o, vocabSize, sampler, worker);
        }
    }

    private void use(Wanted row, boolean finite) {
        SequenceGroup group = row.sequence().group();
        if (group.answer().isGiven()) {
            return; // by an earlier row of this step
        }
        if (finite) {
            accept(row.sequence(), row.position());
        } else {
            String message = "the model's logits after " + (row.position() + 1) + " tokens are not finite numbers";
            end(group, new RowError(Code.NON_FINITE_LOGITS, message));
        }
    }

    private void accept(Sequence sequence, int position) {
        SequenceGroup group = sequence.group();
        int before = sequence.tokens().length();
        try {
            sequence.accept(position);
        } catch (RowException e) {
            end(group, e.error());
            return;
        } catch (RuntimeException e) {
            end(group, new RowError(Code.INTERNAL, "the answer could not be decoded: " + e.getMessage()));
            return;
        }
        counters.decodeTokens += sequence.tokens().length() - before;
        if (sequence.isFinished()) {
            scheduler.finish(sequence);
            if (group.isFinished()) {
                complete(group);
            }
        }
    }

    private void complete(SequenceGroup group) {
        try {
            group.complete();
            ended.add(group);
        } catch (RuntimeException e) {
            end(group, new RowError(Code.INTERNAL, "the answer could not be decoded: " + e.getMessage()));
        }
    }

    private void end(SequenceGroup group, RowError error) {
        group.fail(error);
        ended.add(group);
        scheduler.remove(group);
    }

    /** After the statistics are published, so that whoever has an answer finds it counted. */
    private void deliver() {
        ended.forEach(group -> group.answer().deliver());
        ended.clear();
    }

    /** Whoever submits to a closed engine gets an error at once; the queue is safe to drain from any thread. */
    private void refuseInbox() {
        for (SequenceGroup group = inbox.poll(); group != null; group = inbox.poll()) {
            group.fail(closedError());
            group.answer().deliver();
        }
    }

    private static RowError closedError() {
        return new RowError(Code.INTERNAL, "the engine was closed before this row was answered");
    }

    /** Ends the steps; rows in flight end as errors. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        team.close();
    }
}
