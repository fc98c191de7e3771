package io.sirocco.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A histogram of lengths, in bins that grow with them: 0, 1, 2, 3, 4–5, 6–7, 8–11, 12–15, 16–23, 24–31, … two for each doubling.
 *
 * @param bins from the first to the last that has something
 * @param count of all
 * @param mean length
 * @param median length: half are at most as long
 * @param longest of all
 */
record Lengths(List<Bin> bins, long count, double mean, int median, int longest) {

    /** Lengths from {@code low} to {@code high}, both included. */
    record Bin(int low, int high, long count) {

        String name() {
            return low == high ? Integer.toString(low) : low + "–" + high;
        }
    }

    /** @param counts by length; lengths below 0 are no lengths */
    static Lengths of(Map<Integer, Long> counts) {
        TreeMap<Integer, Long> sorted = new TreeMap<>(counts);
        sorted.headMap(0).clear();
        long count = sorted.values().stream().mapToLong(Long::longValue).sum();
        if (count == 0) {
            return new Lengths(List.of(), 0, 0, 0, 0);
        }
        List<Bin> bins = new ArrayList<>();
        for (int low = start(sorted.firstKey()); low <= sorted.lastKey() && low >= 0; ) {
            // Beyond the largest number this wraps around, and the last bin ends at it.
            int next = next(low);
            long inside = sorted.subMap(low, true, next - 1, true).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            bins.add(new Bin(low, next - 1, inside));
            low = next;
        }
        double sum = 0;
        long seen = 0;
        int median = -1;
        for (Map.Entry<Integer, Long> entry : sorted.entrySet()) {
            sum += (double) entry.getKey() * entry.getValue();
            seen += entry.getValue();
            if (median < 0 && 2 * seen >= count) {
                median = entry.getKey();
            }
        }
        return new Lengths(bins, count, sum / count, median, sorted.lastKey());
    }

    /** Where the bin of a length begins: its two highest bits. */
    private static int start(int length) {
        return length < 4 ? length : length & ~((Integer.highestOneBit(length) >> 1) - 1);
    }

    private static int next(int low) {
        return low < 4 ? low + 1 : low + (Integer.highestOneBit(low) >> 1);
    }
}
