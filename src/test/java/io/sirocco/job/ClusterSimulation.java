package io.sirocco.job;

import io.sirocco.job.WaveQueue.Wave;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * A cluster with a simulated clock under the job's own planner and waves: {@link ChunkSize} and {@link ChunkCut} make the chunks, {@link
 * WaveQueue} makes waves of them, two run at a time, and Spark's scheduler is what it is: a slot that is free takes the first waiting task
 * of the oldest wave. Executors die and come back, some are slow, and the driver is killed and started again.
 */
final class ClusterSimulation {

    /**
     * What is simulated.
     *
     * @param slotsPerExecutor tasks of an executor at a time
     * @param tokensPerSecond of a slot
     * @param meanCost tokens of a row; half of it is the answer, the other half varies as lengths of texts do
     * @param hoursBetweenFailures of one executor, on average
     * @param reclaimHours every so often a twentieth of the executors is taken away at once
     * @param slowShare of the executors that run at half the speed
     * @param driverKills times that the driver is killed, evenly over the run
     */
    record Scenario(
            long rows,
            int executors,
            int slotsPerExecutor,
            double tokensPerSecond,
            int meanCost,
            double hoursBetweenFailures,
            double reclaimHours,
            double slowShare,
            int driverKills,
            long parameters,
            int coresPerSlot) {}

    /**
     * What came of it, in shares of all slots' time.
     *
     * @param lost spent on tasks that did not end, or whose answers were not committed
     * @param idle slots that were there and had nothing to do, once the first wave began
     * @param tail that part of it in which no task was left to start
     */
    record Outcome(
            int chunks, int waves, double hours, double lost, double idle, double tail, int mostTasks, long rows) {}

    private static final double RESTART_SECONDS = 180;
    private static final double COMMIT_SECONDS = 5;

    private static final class Running {
        final Chunk chunk;
        final WaveState wave;
        final double begin;
        final int slot;
        boolean cancelled;

        Running(Chunk chunk, WaveState wave, double begin, int slot) {
            this.chunk = chunk;
            this.wave = wave;
            this.begin = begin;
            this.slot = slot;
        }
    }

    private static final class WaveState {
        final Wave wave;
        final Deque<Chunk> waiting;
        int left;
        double spent;

        WaveState(Wave wave) {
            this.wave = wave;
            waiting = new ArrayDeque<>(wave.chunks());
            left = wave.chunks().size();
        }
    }

    private record Event(double time, Runnable what) {}

    private final Scenario scenario;
    private final Random random = new Random(1);
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> Double.compare(a.time(), b.time()));
    private final List<WaveState> inFlight = new ArrayList<>();
    private final Set<Integer> committed = new HashSet<>();
    private final Running[] running; // by slot
    private final boolean[] alive; // by executor
    private final boolean[] slow; // by executor
    private final int[] incarnation; // by executor
    private final Deque<Integer> free = new ArrayDeque<>();
    private List<Chunk> chunks;
    private WaveQueue queue;
    private double now;
    private double runBegin;
    private double costOfRun;
    private double lost;
    private double busy;
    private double there;
    private double tail;
    private double last;
    private int aliveSlots;
    private int waves;
    private int mostTasks;
    private long rowsDone;
    private int runs;

    ClusterSimulation(Scenario scenario) {
        this.scenario = scenario;
        running = new Running[scenario.executors() * scenario.slotsPerExecutor()];
        alive = new boolean[scenario.executors()];
        slow = new boolean[scenario.executors()];
        incarnation = new int[scenario.executors()];
    }

    /** The chunks that the planner makes of rows of such costs. */
    private List<Chunk> plan() {
        long total = scenario.rows() * scenario.meanCost();
        ChunkSize size = new ChunkSize(
                running.length,
                scenario.slotsPerExecutor(),
                64,
                ChunkSize.guess(scenario.parameters(), scenario.coresPerSlot()),
                120);
        int parts = Math.toIntExact(Math.ceilDiv(scenario.rows(), 50_000L));
        ChunkCut cut = new ChunkCut(size.cost(scenario.rows(), total), parts);
        int partRows = Math.toIntExact(scenario.rows() / parts);
        List<Long> costs = new ArrayList<>(partRows);
        for (int i = 0; i < partRows; i++) {
            // Prompts are exponential, longest first.
            double prompt = -Math.log((i + 0.5) / partRows);
            costs.add((long) (scenario.meanCost() * (0.5 + 0.5 * prompt)));
        }
        List<Chunk> all = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            all.addAll(chunks(cut, part, costs));
        }
        all.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return all;
    }

    /** The chunks of one part, of rows of these costs. */
    static List<Chunk> chunks(ChunkCut cut, int part, List<Long> costs) {
        ChunkCut.Cursor cursor = cut.new Cursor(part);
        List<Chunk> chunks = new ArrayList<>();
        for (long cost : costs) {
            int number = cursor.next(cost);
            if (chunks.isEmpty() || chunks.getLast().number() != number) {
                chunks.add(new Chunk(number, 1, cost));
            } else {
                Chunk last = chunks.removeLast();
                chunks.add(new Chunk(number, last.rows() + 1, last.cost() + cost));
            }
        }
        return chunks;
    }

    Outcome run() {
        chunks = plan();
        queue = new WaveQueue(chunks, 120);
        double expected = chunks.stream().mapToDouble(Chunk::cost).sum() / scenario.tokensPerSecond() / running.length;
        for (int e = 0; e < alive.length; e++) {
            slow[e] = e < scenario.slowShare() * alive.length;
            start(e);
        }
        for (int k = 1; k <= scenario.driverKills(); k++) {
            at(expected * k / (scenario.driverKills() + 1), this::killDriver);
        }
        if (scenario.reclaimHours() > 0) {
            at(scenario.reclaimHours() * 3600, this::reclaim);
        }
        submitWaves();
        while (committed.size() < chunks.size()) {
            Event event = events.remove();
            pass(event.time());
            event.what().run();
        }
        return new Outcome(
                chunks.size(),
                waves,
                now / 3600,
                lost / there,
                (there - busy) / there,
                tail / there,
                mostTasks,
                rowsDone);
    }

    private void pass(double time) {
        double span = time - last;
        int working = aliveSlots - free.size();
        there += span * aliveSlots;
        busy += span * working;
        boolean nothingToStart = queue.isEmpty() && inFlight.stream().allMatch(wave -> wave.waiting.isEmpty());
        tail += nothingToStart ? span * free.size() : 0;
        last = time;
        now = time;
    }

    private void at(double time, Runnable what) {
        events.add(new Event(time, what));
    }

    private void submitWaves() {
        double speed = now == runBegin ? 0 : costOfRun / (now - runBegin);
        while (inFlight.size() < WaveQueue.IN_FLIGHT) {
            Wave wave = queue.next(Math.max(1, aliveSlots), speed);
            if (wave == null) {
                break;
            }
            waves++;
            inFlight.add(new WaveState(wave));
        }
        mostTasks = Math.max(
                mostTasks, inFlight.stream().mapToInt(wave -> wave.left).sum());
        fill();
    }

    /** Free slots take tasks, the oldest wave's first. */
    private void fill() {
        for (WaveState wave : inFlight) {
            while (!wave.waiting.isEmpty() && !free.isEmpty()) {
                begin(wave.waiting.removeFirst(), wave, free.removeFirst());
            }
        }
    }

    private void begin(Chunk chunk, WaveState wave, int slot) {
        Running task = new Running(chunk, wave, now, slot);
        running[slot] = task;
        double speed = scenario.tokensPerSecond() * (slow[slot / scenario.slotsPerExecutor()] ? 0.5 : 1);
        // Answers are as long as they are: a chunk takes a tenth more or less than planned.
        double noise = Math.max(0.5, 1 + 0.1 * random.nextGaussian());
        at(now + chunk.cost() / speed * noise, () -> end(task));
    }

    private void end(Running task) {
        if (task.cancelled) {
            return;
        }
        running[task.slot] = null;
        free.add(task.slot);
        costOfRun += task.chunk.cost();
        task.wave.spent += now - task.begin;
        task.wave.left--;
        if (task.wave.left == 0) {
            int run = runs;
            at(now + COMMIT_SECONDS, () -> commit(task.wave, run));
        }
        fill();
    }

    private void commit(WaveState wave, int run) {
        if (run != runs) {
            return;
        }
        inFlight.remove(wave);
        for (Chunk chunk : wave.wave.chunks()) {
            if (!committed.add(chunk.number())) {
                throw new IllegalStateException("chunk " + chunk.number() + " is committed twice");
            }
            rowsDone += chunk.rows();
        }
        submitWaves();
    }

    private void start(int executor) {
        alive[executor] = true;
        aliveSlots += scenario.slotsPerExecutor();
        for (int s = 0; s < scenario.slotsPerExecutor(); s++) {
            free.add(executor * scenario.slotsPerExecutor() + s);
        }
        int now = ++incarnation[executor];
        double hours = -Math.log(1 - random.nextDouble()) * scenario.hoursBetweenFailures();
        at(this.now + hours * 3600, () -> {
            if (incarnation[executor] == now) {
                fail(executor);
            }
        });
        fill();
    }

    private void fail(int executor) {
        if (!alive[executor]) {
            return;
        }
        alive[executor] = false;
        incarnation[executor]++;
        aliveSlots -= scenario.slotsPerExecutor();
        for (int s = 0; s < scenario.slotsPerExecutor(); s++) {
            int slot = executor * scenario.slotsPerExecutor() + s;
            Running task = running[slot];
            if (task == null) {
                free.remove(slot);
            } else {
                cancel(task);
                task.wave.waiting.addFirst(task.chunk);
            }
        }
        at(now + RESTART_SECONDS, () -> start(executor));
        fill();
    }

    private void cancel(Running task) {
        task.cancelled = true;
        running[task.slot] = null;
        lost += now - task.begin;
    }

    private void reclaim() {
        for (int i = 0; i < alive.length / 20; i++) {
            fail(random.nextInt(alive.length));
        }
        at(now + scenario.reclaimHours() * 3600, this::reclaim);
    }

    /** What is not committed is lost; the next run plans what is missing. */
    private void killDriver() {
        runs++;
        for (WaveState wave : inFlight) {
            lost += wave.spent;
        }
        inFlight.clear();
        for (int slot = 0; slot < running.length; slot++) {
            if (running[slot] != null) {
                cancel(running[slot]);
                free.add(slot);
            }
        }
        queue = new WaveQueue(
                chunks.stream()
                        .filter(chunk -> !committed.contains(chunk.number()))
                        .toList(),
                120);
        runBegin = now;
        costOfRun = 0;
        submitWaves();
    }
}
