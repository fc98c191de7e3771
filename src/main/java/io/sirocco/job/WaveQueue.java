package io.sirocco.job;

import java.util.ArrayList;
import java.util.List;

/**
 * The chunks that are still to do, given out in waves: sets of chunks whose answers are committed together. Two waves are in flight, so
 * that the tasks of the one fill the slots that the other's last tasks leave.
 */
final class WaveQueue {

    /** Waves that run at a time. */
    static final int IN_FLIGHT = 2;

    /**
     * A wave waits for its last task. So that the other wave lasts until then, though an executor may be slow, it has this many chunks for
     * each slot at least: with one, 5% of executors at half the speed leave a third of a cluster idle (see docs/scaling.md).
     */
    private static final int CHUNKS_PER_SLOT = 3;

    private final List<Chunk> chunks;
    private final int seconds;
    private int next;
    private int waves;

    /**
     * @param chunks in the order in which they should be done
     * @param seconds that a wave should take
     */
    WaveQueue(List<Chunk> chunks, int seconds) {
        this.chunks = List.copyOf(chunks);
        this.seconds = seconds;
    }

    /** Whether all chunks have been given out. */
    synchronized boolean isEmpty() {
        return next == chunks.size();
    }

    /** A set of chunks; its number counts from 1. */
    record Wave(int number, List<Chunk> chunks) {
        long rows() {
            return chunks.stream().mapToLong(Chunk::rows).sum();
        }
    }

    /**
     * The next wave: as many chunks as the cluster does in the time of a wave, and at least {@link #CHUNKS_PER_SLOT} for each slot; the first
     * wave, before which nothing is measured, has one. Null if nothing is left.
     *
     * @param slots tasks that run at a time
     * @param tokensPerSecond of the whole cluster, in the chunks' unit of cost; 0 if not known yet
     */
    synchronized Wave next(int slots, double tokensPerSecond) {
        if (isEmpty()) {
            return null;
        }
        double wanted = tokensPerSecond * seconds;
        int least = waves == 0 ? slots : CHUNKS_PER_SLOT * slots;
        List<Chunk> wave = new ArrayList<>();
        long cost = 0;
        while (next < chunks.size() && (wave.size() < least || cost < wanted)) {
            Chunk chunk = chunks.get(next++);
            wave.add(chunk);
            cost += chunk.cost();
        }
        waves++;
        return new Wave(waves, List.copyOf(wave));
    }
}
