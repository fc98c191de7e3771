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

    /** A set of chunks; its number counts from 1. */
    record Wave(int number, List<Chunk> chunks) {
        long rows() {
            return chunks.stream().mapToLong(Chunk::rows).sum();
        }
    }

    /**
     * The next wave: as many chunks as the cluster does in the time of a wave, and at least one for each slot; before anything is measured
     * just that. Null if nothing is left.
     *
     * @param slots tasks that run at a time
     * @param tokensPerSecond of the whole cluster, in the chunks' unit of cost; 0 if not known yet
     */
    synchronized Wave next(int slots, double tokensPerSecond) {
        if (next == chunks.size()) {
            return null;
        }
        double wanted = tokensPerSecond * seconds;
        List<Chunk> wave = new ArrayList<>();
        long cost = 0;
        while (next < chunks.size() && (wave.size() < slots || cost < wanted)) {
            Chunk chunk = chunks.get(next++);
            wave.add(chunk);
            cost += chunk.cost();
        }
        waves++;
        return new Wave(waves, List.copyOf(wave));
    }
}
