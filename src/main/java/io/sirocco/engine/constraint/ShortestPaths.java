package io.sirocco.engine.constraint;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** From each state of an automaton one of the shortest ways to accept: always by the lowest byte, so that a way's rest is the way of its next state. */
final class ShortestPaths {

    private final ByteDfa dfa;
    private final int[] bytes; // by state

    ShortestPaths(ByteDfa dfa) {
        this.dfa = dfa;
        int states = dfa.states();
        bytes = new int[states];
        Arrays.fill(bytes, Integer.MAX_VALUE);
        int[] offsets = new int[states + 1]; // by state: where what leads to it begins
        for (int state = 0; state < states; state++) {
            for (int c = 0; c < dfa.classes(); c++) {
                if (dfa.target(state, c) != ByteDfa.DEAD) {
                    offsets[dfa.target(state, c) + 1]++;
                }
            }
        }
        for (int state = 0; state < states; state++) {
            offsets[state + 1] += offsets[state];
        }
        int[] filled = offsets.clone();
        int[] sources = new int[offsets[states]];
        Deque<Integer> queue = new ArrayDeque<>();
        for (int state = 0; state < states; state++) {
            for (int c = 0; c < dfa.classes(); c++) {
                if (dfa.target(state, c) != ByteDfa.DEAD) {
                    sources[filled[dfa.target(state, c)]++] = state;
                }
            }
            if (dfa.isAccepting(state)) {
                bytes[state] = 0;
                queue.add(state);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            for (int i = offsets[state]; i < offsets[state + 1]; i++) {
                if (bytes[sources[i]] == Integer.MAX_VALUE) {
                    bytes[sources[i]] = bytes[state] + 1;
                    queue.add(sources[i]);
                }
            }
        }
    }

    /** How many bytes a state's way has; 0 if it accepts. */
    int bytes(int state) {
        return bytes[state];
    }

    byte nextByte(int state) {
        for (int b = 0; b < 256; b++) {
            int to = dfa.next(state, (byte) b);
            if (to != ByteDfa.DEAD && bytes[to] < bytes[state]) {
                return (byte) b;
            }
        }
        throw new IllegalStateException("an accepting state has no way to go");
    }

    int next(int state) {
        return dfa.next(state, nextByte(state));
    }

    /** All states, those with the shortest ways first. */
    int[] inOrder() {
        Integer[] states = new Integer[bytes.length];
        Arrays.setAll(states, i -> i);
        Arrays.sort(states, (a, b) -> Integer.compare(bytes[a], bytes[b]));
        return Arrays.stream(states).mapToInt(Integer::intValue).toArray();
    }
}
