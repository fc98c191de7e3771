package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.PrefixCache;
import io.sirocco.cache.RollingCache;
import io.sirocco.model.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what each step computes: the next token of every sequence in flight, and prefill chunks with the rest of the token budget.
 *
 * <p>Sequences join in the order they came, as long as the pool has room for what they hold now and a little more. When blocks run out
 * on the way, the youngest in flight is put back to the front of the queue and later computed anew, to the same bits. The oldest is
 * never put back and has all blocks in the end, so every sequence is answered whose peak fits the pool.
 *
 * <p>Owned by the thread that runs the steps.
 */
final class Scheduler {

    /** Whose position a logits row of the step is. */
    record Wanted(Sequence sequence, int position) {}

    private final BlockPool pool;
    private final int[] windows;
    private final PrefixCache prefixes; // null if switched off
    private final int maxBatch;
    private final int chunk;
    private final Counters counters;
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>(); // oldest first
    private final List<Sequence> planned = new ArrayList<>();
    private final List<Wanted> wanted = new ArrayList<>();

    Scheduler(BlockPool pool, int[] windows, EngineOptions options, Counters counters) {
        this.pool = pool;
        this.windows = windows;
        this.counters = counters;
        prefixes = options.prefixCache() ? new PrefixCache(pool, windows.length) : null;
        maxBatch = options.maxBatch();
        chunk = options.chunk();
    }

    /** Blocks without which a sequence of so many tokens cannot be computed even alone, token by token. */
    static long leastBlocks(int[] windows, int tokens) {
        return RollingCache.peakBlocks(windows, tokens, 1);
    }

    void add(SequenceGroup group) {
        waiting.addAll(group.sequences());
    }

    /** Takes a group out, wherever its samples are. */
    void remove(SequenceGroup group) {
        waiting.removeAll(group.sequences());
        running.removeAll(group.sequences());
        group.sequences().forEach(sequence -> sequence.tokens().leave());
    }

    /** A sequence has its answer. */
    void finish(Sequence sequence) {
        running.remove(sequence);
        sequence.tokens().leave();
    }

    /** All that have not ended. */
    Set<SequenceGroup> groups() {
        Set<SequenceGroup> groups = new LinkedHashSet<>();
        running.forEach(sequence -> groups.add(sequence.group()));
        waiting.forEach(sequence -> groups.add(sequence.group()));
        return groups;
    }

    /** Takes out those whose answers nobody waits for. */
    void dropCancelled() {
        Set<SequenceGroup> cancelled = new HashSet<>();
        for (Collection<Sequence> sequences : List.of(running, waiting)) {
            for (Sequence sequence : sequences) {
                if (sequence.group().answer().isCancelled()) {
                    cancelled.add(sequence.group());
                }
            }
        }
        cancelled.forEach(this::remove);
    }

    int running() {
        return running.size();
    }

    int waiting() {
        return waiting.size();
    }

    boolean isIdle() {
        return running.isEmpty() && waiting.isEmpty();
    }

    /** The sequences of the step last planned. */
    List<Sequence> planned() {
        return planned;
    }

    /** What the step's logits rows are for. */
    List<Wanted> wanted() {
        return wanted;
    }

    /** Fills an empty step. */
    void plan(Step step) {
        planned.clear();
        wanted.clear();
        admit();
        int decoding = 0;
        for (Sequence sequence : running) {
            decoding += sequence.tokens().pending() == 1 ? 1 : 0;
        }
        int spareTokens = step.freeTokens() - decoding;
        int spareLogits = step.freeLogits() - decoding;
        // Oldest first, so that whoever must give way is not part of the step yet.
        for (int i = 0; i < running.size(); i++) {
            Sequence sequence = running.get(i);
            if (sequence.tokens().pending() == 1) {
                add(step, sequence, makeRoom(sequence, 1));
            } else if (follow(sequence)) {
                int n = Math.min(Math.min(sequence.tokens().pending(), chunk), spareTokens);
                int unread = sequence.firstWanted() - sequence.tokens().cache().length();
                n = makeRoom(sequence, Math.min(n, unread + spareLogits));
                spareTokens -= n;
                spareLogits -= add(step, sequence, n);
                counters.prefillTokens += n;
            }
        }
        if (planned.isEmpty() && !running.isEmpty()) {
            throw new IllegalStateException("none of " + running.size() + " sequences in flight can go on");
        }
    }

    private void admit() {
        while (!waiting.isEmpty() && running.size() < maxBatch) {
            Sequence next = waiting.getFirst();
            Tokens tokens = next.tokens();
            tokens.join(pool, windows, chunk, prefixes);
            tokens.follow(next.firstWanted());
            long missing = RollingCache.peakBlocks(windows, tokens.length(), chunk)
                    - tokens.cache().blocks();
            // One more block for everyone in every layer, lest the next steps put the newcomer back.
            long growth = (long) running.size() * windows.length;
            if (!running.isEmpty() && missing + growth > pool.available()) {
                tokens.leave();
                return;
            }
            counters.cachedTokens += tokens.cachedTokens();
            counters.queueNanos += next.group().answer().joined();
            running.add(waiting.removeFirst());
        }
    }

    private boolean follow(Sequence sequence) {
        Tokens tokens = sequence.tokens();
        int before = tokens.cachedTokens();
        boolean goOn = tokens.follow(sequence.firstWanted());
        counters.cachedTokens += tokens.cachedTokens() - before;
        return goOn;
    }

    /** Reserves blocks for the next n tokens, or for fewer if only so many fit; returns how many. */
    private int makeRoom(Sequence sequence, int n) {
        int room = n;
        while (room > 0 && !sequence.tokens().cache().reserve(room)) {
            Sequence youngest = running.getLast();
            if (youngest != sequence) {
                putBack(youngest);
            } else if (room > 1) {
                room /= 2;
            } else if (running.size() == 1) {
                throw new IllegalStateException("the pool has too few blocks for a sequence alone in it");
            } else {
                return 0; // it waits: those before it go on, and need no more blocks one day
            }
        }
        return room;
    }

    private void putBack(Sequence sequence) {
        running.removeLast();
        sequence.tokens().leave();
        waiting.addFirst(sequence);
        counters.preemptions++;
    }

    /** Adds the sequence's next n tokens, for which there is room; returns how many logits of them are wanted. */
    private int add(Step step, Sequence sequence, int n) {
        if (n <= 0) {
            return 0;
        }
        Tokens tokens = sequence.tokens();
        int start = tokens.cache().length();
        int from = Math.max(start, sequence.firstWanted());
        int logits = Math.max(0, start + n - from);
        tokens.path().claim(n);
        step.add(tokens.cache(), tokens.ids(), start, n, logits);
        for (int position = from; position < start + n; position++) {
            wanted.add(new Wanted(sequence, position));
        }
        planned.add(sequence);
        return logits;
    }

    /** The planned step has been computed: its tokens are part of their sequences. */
    void advance(Step step) {
        step.finish();
        for (Sequence sequence : planned) {
            sequence.tokens().path().register();
        }
    }
}
