package io.sirocco.engine.constraint;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.Transition;

/** Canonical JSON strings: characters stand for themselves, but for the quote, the backslash and control characters, each of which has one escape. */
final class JsonStrings {

    private static final Map<Integer, String> SHORT = Map.of(
            (int) '"', "\\\"",
            (int) '\\', "\\\\",
            (int) '\b', "\\b",
            (int) '\f', "\\f",
            (int) '\n', "\\n",
            (int) '\r', "\\r",
            (int) '\t', "\\t");

    private JsonStrings() {}

    /** As it stands in a document, quotes included. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (isPlain(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(escape(c));
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isPlain(int c) {
        return c >= ' ' && c != '"' && c != '\\';
    }

    private static String escape(int c) {
        String known = SHORT.get(c);
        return known == null ? String.format(Locale.ROOT, "\\u%04x", c) : known;
    }

    /**
     * The strings of these texts.
     *
     * @param texts over code points
     */
    static Automaton quoted(Automaton texts, String what) {
        Automaton from = ByteAutomata.deterministic(texts, what);
        Automaton.Builder to = new Automaton.Builder();
        for (int state = 0; state < from.getNumStates(); state++) {
            to.createState();
            to.setAccept(state, from.isAccept(state));
        }
        Transition t = new Transition();
        for (int state = 0; state < from.getNumStates(); state++) {
            int count = from.initTransition(state, t);
            for (int i = 0; i < count; i++) {
                from.getNextTransition(t);
                int plain = -1; // where plain characters of the range begin
                for (int c = t.min; c <= Math.min(t.max, '\\'); c++) {
                    if (isPlain(c)) {
                        plain = plain < 0 ? c : plain;
                        continue;
                    }
                    if (plain >= 0) {
                        to.addTransition(state, t.dest, plain, c - 1);
                        plain = -1;
                    }
                    spell(to, state, t.dest, escape(c));
                }
                int rest = plain >= 0 ? plain : Math.max(t.min, '\\' + 1);
                if (rest <= t.max) {
                    to.addTransition(state, t.dest, rest, t.max);
                }
            }
        }
        Automaton quote = Automata.makeChar('"');
        Automaton inner = from.getNumStates() == 0 ? Automata.makeEmpty() : to.finish();
        return ByteAutomata.utf8(Operations.concatenate(List.of(quote, inner, Automata.makeChar('"'))), what);
    }

    private static void spell(Automaton.Builder to, int from, int end, String text) {
        int at = from;
        for (int i = 0; i < text.length() - 1; i++) {
            int next = to.createState();
            to.addTransition(at, next, text.charAt(i));
            at = next;
        }
        to.addTransition(at, end, text.charAt(text.length() - 1));
    }
}
