package io.sirocco.engine.constraint;

import java.util.Arrays;
import java.util.BitSet;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/**
 * A minimal deterministic automaton over bytes as a table. From each of its states an accepting one can be reached; -1 is where no text
 * goes on. Immutable.
 */
final class ByteDfa {

    static final int DEAD = -1;

    /** Bounds a table to 128 MiB. */
    private static final int MAX_CELLS = 1 << 25;

    private final byte[] classOf; // by byte: the column of all bytes that lead to the same states everywhere
    private final int classes;
    private final int[] next; // by state and class
    private final BitSet accepting; // by state
    private final int start;

    private ByteDfa(byte[] classOf, int classes, int[] next, BitSet accepting, int start) {
        this.classOf = classOf;
        this.classes = classes;
        this.next = next;
        this.accepting = accepting;
        this.start = start;
    }

    /**
     * The minimal automaton that accepts the same.
     *
     * @param what is compiled, for messages
     */
    static ByteDfa of(Automaton bytes, String what) {
        Automaton dfa = ByteAutomata.deterministic(bytes, what);
        int[] points = dfa.getStartPoints(); // where classes of labels begin; the first is 0
        byte[] classOf = new byte[256];
        int classes = 0;
        for (int point = 0; point < points.length && points[point] < 256; point++) {
            Arrays.fill(classOf, points[point], 256, (byte) point);
            classes = point + 1;
        }
        if ((long) dfa.getNumStates() * classes > MAX_CELLS) {
            ByteAutomata.require(Long.MAX_VALUE, what);
        }
        int[] next = new int[dfa.getNumStates() * classes];
        Arrays.fill(next, DEAD);
        BitSet accepting = new BitSet();
        Transition t = new Transition();
        for (int state = 0; state < dfa.getNumStates(); state++) {
            accepting.set(state, dfa.isAccept(state));
            int count = dfa.initTransition(state, t);
            for (int i = 0; i < count; i++) {
                dfa.getNextTransition(t);
                int last = classOf[t.max] & 0xFF;
                for (int c = classOf[t.min] & 0xFF; c <= last; c++) {
                    next[state * classes + c] = t.dest;
                }
            }
        }
        return new ByteDfa(classOf, classes, next, accepting, 0).minimal();
    }

    int states() {
        return classes == 0 ? 0 : next.length / classes;
    }

    int start() {
        return start;
    }

    /** Whether a text may end in this state. */
    boolean isAccepting(int state) {
        return accepting.get(state);
    }

    /** Bytes that lead from a state to the same one everywhere are of one class: 0 to this number. */
    int classes() {
        return classes;
    }

    /** Where the bytes of a class lead, or -1. */
    int target(int state, int byteClass) {
        return next[state * classes + byteClass];
    }

    int next(int state, byte b) {
        return next[state * classes + (classOf[b & 0xFF] & 0xFF)];
    }

    /** Where bytes lead from a state; -1 if nowhere. */
    int next(int state, byte[] bytes) {
        int at = state;
        for (int i = 0; i < bytes.length && at != DEAD; i++) {
            at = next(at, bytes[i]);
        }
        return at;
    }

    boolean accepts(byte[] text) {
        int end = states() == 0 ? DEAD : next(start, text);
        return end != DEAD && accepting.get(end);
    }

    private ByteDfa minimal() {
        if (states() == 0) {
            return this;
        }
        int[] block = new Partition(next, classes, accepting).blocks();
        int blocks = Arrays.stream(block).max().orElseThrow() + 1;
        int[] merged = new int[blocks * classes];
        BitSet ends = new BitSet();
        for (int state = 0; state < block.length; state++) {
            ends.set(block[state], accepting.get(state));
            for (int c = 0; c < classes; c++) {
                int to = next[state * classes + c];
                merged[block[state] * classes + c] = to == DEAD ? DEAD : block[to];
            }
        }
        return new ByteDfa(classOf, classes, merged, ends, block[start]);
    }

    /** The same as Lucene has it, to be a part of another. */
    Automaton automaton() {
        Automaton automaton = new Automaton(states(), next.length);
        // Lucene's begin with state 0.
        for (int state = 0; state < states(); state++) {
            automaton.createState();
            automaton.setAccept(state, accepting.get(swap(state)));
        }
        for (int state = 0; state < states(); state++) {
            int from = 0;
            while (from < 256) {
                int to = next(swap(state), (byte) from);
                int end = from + 1;
                while (end < 256 && next(swap(state), (byte) end) == to) {
                    end++;
                }
                if (to != DEAD) {
                    automaton.addTransition(state, swap(to), from, end - 1);
                }
                from = end;
            }
        }
        automaton.finishState();
        return automaton;
    }

    private int swap(int state) {
        return state == start ? 0 : state == 0 ? start : state;
    }
}
