package io.sirocco.engine.constraint;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/**
 * States of a deterministic automaton in blocks of those that accept the same rest of a text, by refinement (Hopcroft 1971, in
 * O(n log n) for a given alphabet). A missing transition leads to a state of its own that accepts nothing.
 */
final class Partition {

    private record Splitter(int block, int label) {}

    private final int states;
    private final int classes;
    private final int[] elements; // states, those of a block together
    private final int[] place; // by state: where it is among the elements
    private final int[] block; // by state
    private final int[] first; // by block: its first element
    private final int[] end; // by block: behind its last element
    private final int[] marked; // by block: how many of its first elements are marked
    private final int[] from; // sources of transitions, those of one target and class together
    private final int[] offsets; // by target and class: its first source
    private final Deque<Splitter> waiting = new ArrayDeque<>();
    private int blocks = 1;

    /** @param next by state and class: the next state, or -1 */
    Partition(int[] next, int classes, BitSet accepting) {
        int sink = next.length / classes;
        this.classes = classes;
        states = sink + 1;
        elements = new int[states];
        place = new int[states];
        block = new int[states];
        first = new int[states];
        end = new int[states];
        marked = new int[states];
        from = new int[states * classes];
        offsets = new int[states * classes + 1];
        for (int state = 0; state < states; state++) {
            elements[state] = state;
            place[state] = state;
        }
        end[0] = states;
        invert(next, sink);
        for (int c = 0; c < classes; c++) {
            waiting.add(new Splitter(0, c));
        }
        accepting.stream().forEach(this::mark);
        split(0);
    }

    private void invert(int[] next, int sink) {
        int[] target = Arrays.copyOf(next, states * classes);
        Arrays.fill(target, next.length, target.length, sink);
        for (int i = 0; i < target.length; i++) {
            target[i] = (target[i] < 0 ? sink : target[i]) * classes + i % classes;
            offsets[target[i] + 1]++;
        }
        for (int i = 0; i < target.length; i++) {
            offsets[i + 1] += offsets[i];
        }
        int[] filled = offsets.clone();
        for (int i = 0; i < target.length; i++) {
            from[filled[target[i]]++] = i / classes;
        }
    }

    /** The block of each state but the one that accepts nothing, numbered from 0 without gaps. */
    int[] blocks() {
        while (!waiting.isEmpty()) {
            Splitter splitter = waiting.remove();
            int[] targets = Arrays.copyOfRange(elements, first[splitter.block()], end[splitter.block()]);
            BitSet touched = new BitSet();
            for (int target : targets) {
                int row = target * classes + splitter.label();
                for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                    mark(from[i]);
                    touched.set(block[from[i]]);
                }
            }
            touched.stream().forEach(this::split);
        }
        return numbered();
    }

    /** Moves a state to the marked ones of its block. */
    private void mark(int state) {
        int of = block[state];
        int to = first[of] + marked[of];
        if (place[state] < to) {
            return; // it is there
        }
        int other = elements[to];
        elements[place[state]] = other;
        place[other] = place[state];
        elements[to] = state;
        place[state] = to;
        marked[of]++;
    }

    /** Makes a block of its own of the smaller part of one: what is marked, or what is not. */
    private void split(int of) {
        int cut = first[of] + marked[of];
        marked[of] = 0;
        if (cut == first[of] || cut == end[of]) {
            return;
        }
        int made = blocks++;
        if (cut - first[of] <= end[of] - cut) {
            first[made] = first[of];
            end[made] = cut;
            first[of] = cut;
        } else {
            first[made] = cut;
            end[made] = end[of];
            end[of] = cut;
        }
        for (int i = first[made]; i < end[made]; i++) {
            block[elements[i]] = made;
        }
        // The smaller part is enough: with it the larger one splits nothing that the whole did not. If the whole still
        // waits, it is
        // now the larger part that does.
        for (int c = 0; c < classes; c++) {
            waiting.add(new Splitter(made, c));
        }
    }

    private int[] numbered() {
        int[] number = new int[blocks];
        Arrays.fill(number, -1);
        int[] numbered = new int[states - 1];
        int count = 0;
        for (int state = 0; state < numbered.length; state++) {
            if (number[block[state]] < 0) {
                number[block[state]] = count++;
            }
            numbered[state] = number[block[state]];
        }
        return numbered;
    }
}
