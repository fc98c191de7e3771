package io.sirocco.engine.constraint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.apache.lucene.util.automaton.UTF32ToUTF8;

/** Automata over bytes, and how those over code points become such; all within limits, since constraints come from files and rows. */
final class ByteAutomata {

    /** States of any automaton on the way. */
    static final int MAX_STATES = 1 << 16;

    /** What determinizing one may cost, in Lucene's measure. */
    static final int MAX_EFFORT = 1 << 19;

    private static final Automaton VALID = valid();

    private ByteAutomata() {}

    static Automaton text(String text) {
        return Automata.makeBinary(new BytesRef(text));
    }

    /** Deterministic, unless some text is long: so that a hundred thousand words need no determinizing. */
    static Automaton anyOf(List<String> texts) {
        List<Automaton> found = new ArrayList<>();
        List<BytesRef> words = new ArrayList<>();
        for (String text : texts) {
            BytesRef bytes = new BytesRef(text);
            if (bytes.length <= Automata.MAX_STRING_UNION_TERM_LENGTH) {
                words.add(bytes);
            } else {
                found.add(Automata.makeBinary(bytes));
            }
        }
        Collections.sort(words);
        found.add(Automata.makeBinaryStringUnion(words));
        return found.size() == 1 ? found.getFirst() : Operations.union(found);
    }

    /**
     * The UTF-8 of what an automaton over code points accepts, but for surrogates, which have none.
     *
     * @param what is compiled, for messages
     */
    static Automaton utf8(Automaton codePoints, String what) {
        // Lucene's converter counts on its texts being UTF-8: with ranges it accepts overlong bytes, too.
        return Operations.intersection(new UTF32ToUTF8().convert(deterministic(codePoints, what)), VALID);
    }

    /** Unicode 15.0, table 3-7. */
    private static Automaton valid() {
        Automaton.Builder valid = new Automaton.Builder();
        int text = valid.createState();
        int last = valid.createState(); // one byte of the character is missing
        int two = valid.createState();
        int three = valid.createState();
        valid.setAccept(text, true);
        valid.addTransition(text, text, 0x00, 0x7F);
        valid.addTransition(text, last, 0xC2, 0xDF);
        valid.addTransition(text, two, 0xE1, 0xEC);
        valid.addTransition(text, two, 0xEE, 0xEF);
        valid.addTransition(text, three, 0xF1, 0xF3);
        valid.addTransition(last, text, 0x80, 0xBF);
        valid.addTransition(two, last, 0x80, 0xBF);
        valid.addTransition(three, two, 0x80, 0xBF);
        // What the second byte must not be after these: overlong, a surrogate, above U+10FFFF.
        second(valid, text, 0xE0, 0xA0, 0xBF, last);
        second(valid, text, 0xED, 0x80, 0x9F, last);
        second(valid, text, 0xF0, 0x90, 0xBF, two);
        second(valid, text, 0xF4, 0x80, 0x8F, two);
        return valid.finish();
    }

    private static void second(Automaton.Builder valid, int text, int first, int least, int most, int then) {
        int state = valid.createState();
        valid.addTransition(text, state, first);
        valid.addTransition(state, then, least, most);
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
