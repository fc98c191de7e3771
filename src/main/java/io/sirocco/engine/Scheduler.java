package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.RollingCache;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.Team;
import io.sirocco.kernel.Worker;
import io.sirocco.model.Activations;
import io.sirocco.model.Step;
import io.sirocco.model.Transformer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps, on one thread. Each step takes the next token of every sequence that is generating and fills the rest of its token
 * budget with prefill chunks; sequences join when the pool surely has room for all they will ever hold, and leave as they finish.
 */
final class Scheduler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** Prompt tokens of a step at least; fewer would starve the matrix kernels. */
    private static final int LEAST_STEP_TOKENS = 512;

    /** What a logits row of the step is for: a token of the answer, or the log-probability of prompt token {@code prompt}. */
    private record Wanted(Sequence sequence, int prompt) {
        static final int ANSWER = -1;
    }

    private final Transformer model;
    private final EngineOptions options;
    private final BlockPool pool;
    private final Team team;
    private final Activations activations;
    private final Step step;
    private final Sampler[] samplers;
    private final int[] windows;
    private final BlockingQueue<Sequence> inbox = new LinkedBlockingQueue<>();
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final List<Wanted> wanted = new ArrayList<>();
    private final List<Sequence> ended = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile EngineStats stats = new EngineStats(0, 0, 0, 0, 0, 0, 0);
    private long steps;
    private long prefillTokens;
    private long decodeTokens;
    private long completed;
    private long reservedBlocks;

    Scheduler(Transformer model, Kernels kernels, EngineOptions options, BlockPool pool) {
        this.model = model;
        this.options = options;
        this.pool = pool;
        windows = model.config().windows();
        int stepTokens = Math.max(options.chunk(), LEAST_STEP_TOKENS) + options.maxBatch();
        int stepLogits = Math.max(options.maxBatch(), 64);
        step = new Step(stepTokens, stepLogits, model.config().vocabSize());
        activations = new Activations(model, stepTokens, stepLogits);
        team = new Team(options.threads());
        samplers = new Sampler[options.threads()];
        for (int i = 0; i < samplers.length; i++) {
            samplers[i] = new Sampler(kernels);
        }
        thread = Thread.ofPlatform().name("sirocco-scheduler").daemon().start(this::run);
    }

    void submit(Sequence sequence) {
        inbox.add(sequence);
        if (closed) {
            refuseInbox();
        }
    }

    EngineStats stats() {
        return stats;
    }

    /** Most blocks this sequence will ever hold. */
    long peakBlocks(int tokens) {
        return RollingCache.peakBlocks(windows, tokens, options.chunk());
    }

    private void run() {
        try {
            while (!closed) {
                receive();
                leaveIfCancelled();
                admit();
                if (!running.isEmpty()) {
                    runStep();
                }
                publish();
                deliver();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            for (Sequence sequence : List.copyOf(running)) {
                end(sequence, closedError());
            }
            for (Sequence sequence : waiting) {
                sequence.fail(closedError());
                ended.add(sequence);
            }
            deliver();
            refuseInbox();
        }
    }

    /** Takes what has been submitted; sleeps if there is nothing to do at all. */
    private void receive() throws InterruptedException {
        if (running.isEmpty() && waiting.isEmpty()) {
            waiting.add(inbox.take());
        }
        inbox.drainTo(waiting);
    }

    private void leaveIfCancelled() {
        waiting.removeIf(Sequence::cancelled);
        running.removeIf(sequence -> {
            if (sequence.cancelled()) {
                leave(sequence);
                return true;
            }
            return false;
        });
    }

    private void leave(Sequence sequence) {
        reservedBlocks -= peakBlocks(sequence.mostCached());
        sequence.close();
    }

    private void admit() {
        while (!waiting.isEmpty() && running.size() < options.maxBatch()) {
            Sequence next = waiting.peek();
            long peak = peakBlocks(next.mostCached());
            if (reservedBlocks + peak > pool.size()) {
                return;
            }
            reservedBlocks += peak;
            next.join(new RollingCache(pool, windows, next.mostCached(), options.chunk()));
            running.add(waiting.remove());
        }
    }

    private void runStep() {
        try {
            plan();
            model.forward(step, activations, pool, team);
            TokenLogprobs[] picked = new TokenLogprobs[wanted.size()];
            team.run(worker -> sample(picked, worker));
            step.finish();
            for (int i = 0; i < picked.length; i++) {
                use(wanted.get(i), picked[i]);
            }
        } catch (RuntimeException | AssertionError e) {
            LOG.error("A step failed; its {} rows end as errors and the engine goes on", running.size(), e);
            step.clear();
            for (Sequence sequence : List.copyOf(running)) {
                end(sequence, new RowError(Code.INTERNAL, "a step of the engine failed: " + e));
            }
        }
        for (Iterator<Sequence> it = running.iterator(); it.hasNext(); ) {
            Sequence sequence = it.next();
            if (sequence.finished()) {
                it.remove();
                leave(sequence);
                sequence.complete();
                ended.add(sequence);
            }
        }
        steps++;
    }

    /** Next tokens first, then prefill chunks in order of arrival. */
    private void plan() {
        wanted.clear();
        for (Sequence sequence : running) {
            if (!sequence.prefilling()) {
                add(sequence, 1, 1);
            }
        }
        for (Sequence sequence : running) {
            if (!sequence.prefilling() || step.freeLogits() == 0) {
                continue;
            }
            int n = Math.min(Math.min(sequence.pending(), options.chunk()), step.freeTokens());
            boolean all = sequence.params().promptLogprobs();
            n = all ? Math.min(n, step.freeLogits()) : n;
            if (n == 0) {
                return;
            }
            add(sequence, n, all ? n : n == sequence.pending() ? 1 : 0);
            prefillTokens += n;
        }
    }

    private void add(Sequence sequence, int n, int logits) {
        RollingCache cache = sequence.cache();
        if (!cache.reserve(n)) {
            throw new IllegalStateException(
                    "the block pool is empty though every sequence was admitted with room to spare");
        }
        int start = cache.length();
        step.add(cache, sequence.ids(), start, n, logits);
        for (int i = n - logits; i < n; i++) {
            int next = start + i + 1;
            wanted.add(new Wanted(sequence, next < sequence.promptTokens() ? next : Wanted.ANSWER));
        }
    }

    private void sample(TokenLogprobs[] picked, Worker worker) {
        int vocabSize = model.config().vocabSize();
        Sampler sampler = samplers[worker.index()];
        for (int i = worker.next(); i < picked.length; i = worker.next()) {
            Wanted row = wanted.get(i);
            int o = step.logitsOffset(i);
            if (row.prompt() == Wanted.ANSWER) {
                Sequence s = row.sequence();
                picked[i] = sampler.sample(step.logits(), o, vocabSize, s.params(), s.random(), s.generated(), worker);
            } else {
                int token = row.sequence().promptId(row.prompt());
                double logprob = sampler.logprob(step.logits(), o, vocabSize, token, worker);
                picked[i] = Double.isNaN(logprob) ? null : new TokenLogprobs(token, logprob, List.of());
            }
        }
    }

    private void use(Wanted row, TokenLogprobs picked) {
        Sequence sequence = row.sequence();
        if (sequence.cache() == null) {
            return; // ended by an earlier row of this step
        }
        if (picked == null) {
            end(
                    sequence,
                    new RowError(
                            Code.NON_FINITE_LOGITS,
                            "the model's logits at token " + sequence.cache().length() + " are not finite numbers"));
        } else if (row.prompt() == Wanted.ANSWER) {
            append(sequence, picked);
        } else {
            sequence.promptLogprob(picked.logprob());
        }
    }

    private void append(Sequence sequence, TokenLogprobs token) {
        try {
            sequence.append(token);
            decodeTokens++;
        } catch (RuntimeException e) {
            end(sequence, new RowError(Code.INTERNAL, "the answer could not be decoded: " + e.getMessage()));
        }
    }

    private void end(Sequence sequence, RowError error) {
        running.remove(sequence);
        leave(sequence);
        sequence.fail(error);
        ended.add(sequence);
    }

    /** After the statistics are published, so that whoever has an answer finds it counted. */
    private void deliver() {
        ended.forEach(Sequence::deliver);
        ended.clear();
    }

    private void publish() {
        completed += ended.size();
        stats = new EngineStats(
                steps,
                prefillTokens,
                decodeTokens,
                completed,
                running.size(),
                waiting.size() + inbox.size(),
                pool.size() - pool.available());
    }

    /** Whoever submits to a closed engine gets an error at once; the queue is safe to drain from any thread. */
    private void refuseInbox() {
        for (Sequence sequence = inbox.poll(); sequence != null; sequence = inbox.poll()) {
            sequence.fail(closedError());
            sequence.deliver();
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
