package io.sirocco.job;

import io.sirocco.engine.StepMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A job on simulated engines, without a clock: tasks take chunks, longest rows first, and keep rows in an engine's batch, whose steps
 * compute chunks of prompts and the next token of every answer. Rows are counted as tasks count them.
 */
final class EngineSimulation {

    /** A row: the tokens of its prompt, as estimated and as they are, and of its answer. */
    record SimulatedRow(long estimate, long prompt, long answer) {}

    /**
     * @param stepNanos that each step takes beside its tokens
     * @param promptNanos of a prompt token
     * @param answerNanos of an answer token
     */
    record Machine(int engines, int slotsEach, int batch, long stepNanos, long promptNanos, long answerNanos) {}

    /** What was foretold at some time, and how long it really took from then on. */
    record Told(double share, Optional<Duration> remaining, Duration real) {}

    private record Moment(long nanos, Optional<Duration> remaining) {}

    private static final int STEP_TOKENS = 512;

    private static final class Asked {
        final SimulatedRow row;
        long promptLeft;
        long answerLeft;

        Asked(SimulatedRow row) {
            this.row = row;
            promptLeft = row.prompt;
            answerLeft = row.answer;
        }

        boolean isDone() {
            return promptLeft == 0 && answerLeft == 0;
        }
    }

    private final class Slot {
        final Deque<SimulatedRow> chunk = new ArrayDeque<>();
        final Deque<Asked> inFlight = new ArrayDeque<>();

        void feed(Deque<Asked> waiting) {
            if (chunk.isEmpty() && inFlight.isEmpty() && !chunks.isEmpty()) {
                chunk.addAll(chunks.removeFirst());
            }
            while (!chunk.isEmpty() && inFlight.size() < 4 * machine.batch) {
                Asked asked = new Asked(chunk.removeFirst());
                inFlight.add(asked);
                waiting.add(asked);
            }
        }

        void collect() {
            while (!inFlight.isEmpty() && inFlight.getFirst().isDone()) {
                SimulatedRow row = inFlight.removeFirst().row;
                rowsInOrder++;
                cost += cost(row);
                promptTokens += row.prompt;
                answerTokens += row.answer;
            }
        }
    }

    private final class SimulatedEngine {
        final List<Slot> slots = new ArrayList<>();
        final Deque<Asked> waiting = new ArrayDeque<>();
        final List<Asked> running = new ArrayList<>();
        final StepMeter meter = new StepMeter();
        long now;

        SimulatedEngine() {
            for (int i = 0; i < machine.slotsEach; i++) {
                slots.add(new Slot());
            }
        }

        /** Whether there was anything to do. */
        boolean step() {
            slots.forEach(slot -> slot.feed(waiting));
            while (running.size() < machine.batch && !waiting.isEmpty()) {
                running.add(waiting.removeFirst());
            }
            if (running.isEmpty()) {
                return false;
            }
            long prompts = 0;
            long answers = 0;
            for (Iterator<Asked> each = running.iterator(); each.hasNext(); ) {
                Asked asked = each.next();
                if (asked.promptLeft > 0) {
                    long tokens = Math.min(STEP_TOKENS - prompts, asked.promptLeft);
                    asked.promptLeft -= tokens;
                    prompts += tokens;
                }
                if (asked.promptLeft == 0 && asked.answerLeft > 0) {
                    asked.answerLeft--;
                    answers++;
                }
                if (asked.isDone()) {
                    each.remove();
                }
            }
            long nanos = machine.stepNanos + machine.promptNanos * prompts + machine.answerNanos * answers;
            now += nanos;
            add(EngineWork.PREFILL_TOKENS, prompts);
            add(EngineWork.DECODE_TOKENS, answers);
            add(EngineWork.FORWARD_NANOS, nanos);
            add(EngineWork.PREFILL_NANOS, meter.prefillNanos(prompts, answers, nanos));
            slots.forEach(Slot::collect);
            return true;
        }
    }

    private final List<SimulatedRow> rows;
    private final long mostAnswerTokens;
    private final Machine machine;
    private final Deque<List<SimulatedRow>> chunks = new ArrayDeque<>();
    private final Map<EngineWork, Long> work = new EnumMap<>(EngineWork.class);
    private final List<Moment> moments = new ArrayList<>();
    private final long planned;
    private long rowsInOrder;
    private long cost;
    private long promptTokens;
    private long answerTokens;

    EngineSimulation(List<SimulatedRow> rows, long mostAnswerTokens, Machine machine) {
        this.rows = rows.stream()
                .sorted(Comparator.comparingLong(SimulatedRow::estimate).reversed())
                .toList();
        this.mostAnswerTokens = mostAnswerTokens;
        this.machine = machine;
        planned = this.rows.stream().mapToLong(this::cost).sum();
        for (EngineWork kind : EngineWork.values()) {
            work.put(kind, 0L);
        }
    }

    private long cost(SimulatedRow row) {
        return 1 + row.estimate + mostAnswerTokens;
    }

    private void add(EngineWork kind, long amount) {
        work.merge(kind, amount, Long::sum);
    }

    private void cut() {
        int slots = machine.engines * machine.slotsEach;
        ChunkSize size = new ChunkSize(slots, machine.slotsEach, machine.batch, Double.MAX_VALUE, 120);
        ChunkCut.Cursor cursor = new ChunkCut(size.cost(rows.size(), planned), 1).new Cursor(0);
        int last = -1;
        for (SimulatedRow row : rows) {
            int chunk = cursor.next(cost(row));
            if (chunk != last) {
                chunks.add(new ArrayList<>());
                last = chunk;
            }
            chunks.getLast().add(row);
        }
    }

    /** Runs the job; what was foretold after each step. */
    List<Told> run() {
        cut();
        List<SimulatedEngine> engines = new ArrayList<>(
                Stream.generate(SimulatedEngine::new).limit(machine.engines).toList());
        long end = 0;
        while (!engines.isEmpty()) {
            SimulatedEngine next = engines.stream()
                    .min(Comparator.comparingLong(engine -> engine.now))
                    .orElseThrow();
            if (next.step()) {
                end = Math.max(end, next.now);
                tell(next.now);
            } else {
                engines.remove(next);
            }
        }
        long all = end;
        return moments.stream()
                .map(moment ->
                        new Told((double) moment.nanos / all, moment.remaining, Duration.ofNanos(all - moment.nanos)))
                .toList();
    }

    private void tell(long now) {
        Tally.Rows inOrder = new Tally.Rows(rowsInOrder, cost, promptTokens, answerTokens);
        Forecast forecast =
                new Forecast(rows.size(), planned, mostAnswerTokens, inOrder, Map.copyOf(work), Duration.ofNanos(now));
        moments.add(new Moment(now, forecast.remaining()));
    }
}
