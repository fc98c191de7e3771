package io.sirocco.engine.constraint;

import java.util.List;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.apache.lucene.util.automaton.Transition;
import org.apache.lucene.util.automaton.UTF32ToUTF8;

/** Automata over bytes, and how those over code points become such; all within limits, since constraints come from files and rows. */
final class ByteAutomata {

    /** States of any automaton on the way. */
    static final int MAX_STATES = 1 << 18;

    /** What determinizing one may cost, in Lucene's measure. */
    private static final int MAX_EFFORT = 1 << 22;

    private ByteAutomata() {}

    static Automaton text(String text) {
        return Automata.makeBinary(new BytesRef(text));
    }

    static Automaton anyOf(List<String> texts) {
        return Operations.union(texts.stream().map(ByteAutomata::text).toList());
    }

    /**
     * The UTF-8 of what an automaton over code points accepts; surrogates, which have none, are taken out.
     *
     * @param what is compiled, for messages
     */
    static Automaton utf8(Automaton codePoints, String what) {
        Automaton scalars = new Automaton();
        for (int state = 0; state < codePoints.getNumStates(); state++) {
            scalars.createState();
            scalars.setAccept(state, codePoints.isAccept(state));
        }
        Transition t = new Transition();
        for (int state = 0; state < codePoints.getNumStates(); state++) {
            int count = codePoints.initTransition(state, t);
            for (int i = 0; i < count; i++) {
                codePoints.getNextTransition(t);
                add(scalars, state, t.dest, t.min, Math.min(t.max, Character.MIN_SURROGATE - 1));
                add(scalars, state, t.dest, Math.max(t.min, Character.MAX_SURROGATE + 1), t.max);
            }
        }
        scalars.finishState();
        return new UTF32ToUTF8().convert(deterministic(scalars, what));
    }

    private static void add(Automaton automaton, int from, int to, int min, int max) {
        if (min <= max) {
            automaton.addTransition(from, to, min, max);
        }
    }

    /** Deterministic, and no state is dead. */
    static Automaton deterministic(Automaton automaton, String what) {
        require(automaton.getNumStates(), what);
        try {
            return Operations.removeDeadStates(Operations.determinize(automaton, MAX_EFFORT));
        } catch (TooComplexToDeterminizeException e) {
            throw tooLarge(what);
        }
    }

    /** Refuses more states than there may be. */
    static void require(long states, String what) {
        if (states > MAX_STATES) {
            throw tooLarge(what);
        }
    }

    private static ConstraintException tooLarge(String what) {
        return new ConstraintException(
                what + " is too large: as an automaton it has more than " + MAX_STATES + " states; make it simpler");
    }
}
