package io.sirocco.engine.constraint;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;

/** A set of tokens: ids in ascending order if they are few, else one bit for each id of the vocabulary. Immutable. */
public final class AllowedTokens {

    /** More are kept as bits: a list of them would take as long to go through as the whole vocabulary. */
    private static final int FEW = 1024;

    private final int[] ids; // null if they are many
    private final long[] bits; // likewise if they are few
    private final int count;

    AllowedTokens(BitSet set) {
        count = set.cardinality();
        ids = count <= FEW ? set.stream().toArray() : null;
        bits = count <= FEW ? null : set.toLongArray();
    }

    public int count() {
        return count;
    }

    public boolean areFew() {
        return ids != null;
    }

    /** The i-th of them, by id. */
    public int id(int i) {
        return ids[i];
    }

    /** The logits of those that are few, in the order of their ids. */
    public void gather(float[] logits, int o, float[] to) {
        for (int i = 0; i < ids.length; i++) {
            to[i] = logits[o + ids[i]];
        }
    }

    /** The logits of n tokens: minus infinity for those that are not in the set, which are many. */
    public void mask(float[] logits, int o, int n, float[] to) {
        for (int word = 0; word * Long.SIZE < n; word++) {
            int from = word * Long.SIZE;
            int length = Math.min(Long.SIZE, n - from);
            long set = word < bits.length ? bits[word] : 0;
            if (set == 0) {
                Arrays.fill(to, from, from + length, Float.NEGATIVE_INFINITY);
                continue;
            }
            System.arraycopy(logits, o + from, to, from, length);
            long out = length == Long.SIZE ? ~set : ~set & ((1L << length) - 1);
            for (; out != 0; out &= out - 1) {
                to[from + Long.numberOfTrailingZeros(out)] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    AllowedTokens without(Set<Integer> others) {
        BitSet set = new BitSet();
        if (ids == null) {
            set = BitSet.valueOf(bits);
        } else {
            Arrays.stream(ids).forEach(set::set);
        }
        others.forEach(set::clear);
        return new AllowedTokens(set);
    }

    boolean contains(int id) {
        return ids == null
                ? id < bits.length * Long.SIZE && (bits[id / Long.SIZE] & (1L << id)) != 0
                : Arrays.binarySearch(ids, id) >= 0;
    }

    long memory() {
        return 32L + (ids == null ? bits.length * 8L : ids.length * 4L);
    }
}
