package io.sirocco.engine.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is allowed after each token, against the automaton walked with every token of the vocabulary. */
class CompiledConstraintTest {

    private static final int EOS = 0;

    /** All bytes, and 2,000 random pieces of up to four bytes, some of them the same and some that end within a character. */
    private static byte[][] vocabulary() {
        Random random = new Random(3);
        byte[] letters = "abc é1\"".getBytes(StandardCharsets.UTF_8);
        byte[][] bytes = new byte[2257][];
        for (int id = 1; id < bytes.length; id++) {
            if (id <= 256) {
                bytes[id] = new byte[] {(byte) (id - 1)};
            } else {
                bytes[id] = new byte[1 + random.nextInt(4)];
                for (int i = 0; i < bytes[id].length; i++) {
                    bytes[id][i] = letters[random.nextInt(letters.length)];
                }
            }
        }
        return bytes;
    }

    private static Set<Integer> ids(AllowedTokens allowed, int n) {
        Set<Integer> ids = new TreeSet<>();
        for (int id = 0; id < n; id++) {
            if (allowed.contains(id)) {
                ids.add(id);
            }
        }
        assertEquals(ids.size(), allowed.count());
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[abc]+", "(a|é)*1", ".*", "\"[^\"]*\"", "abcabc|abc1"})
    void exactlyTheTokensThatTheAutomatonReadsAreAllowed(String regex) {
        byte[][] bytes = vocabulary();
        TokenTrie trie = new TokenTrie(bytes);
        ByteDfa dfa = Compiler.dfa(new Constraint.Regex(regex));
        CompiledConstraint constraint = new CompiledConstraint(dfa, trie, trie, Set.of(EOS));
        for (int state = CompiledConstraint.START; state < dfa.states(); state++) {
            int from = state == CompiledConstraint.START ? dfa.start() : state;
            Set<Integer> expected = new TreeSet<>();
            for (int id = 1; id < bytes.length; id++) {
                int to = dfa.next(from, bytes[id]);
                if (to != ByteDfa.DEAD) {
                    expected.add(id);
                    assertEquals(to, constraint.next(state, id));
                }
            }
            Set<Integer> text = Set.copyOf(expected);
            if (dfa.isAccepting(from)) {
                expected.add(EOS);
            }
            assertEquals(expected, ids(constraint.allowed(state, true, CompiledConstraint.NO_LIMIT), bytes.length));
            assertEquals(
                    text.isEmpty() ? expected : text,
                    ids(constraint.allowed(state, false, CompiledConstraint.NO_LIMIT), bytes.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[abc]+", "a{20}(b{30}|1)", "(é1){3,9}", "\"[^\"]*\"", "abcabc|abc1"})
    void anAnswerThatMustEndInTimeDoes(String regex) {
        byte[][] bytes = vocabulary();
        TokenTrie trie = new TokenTrie(bytes);
        CompiledConstraint constraint =
                new CompiledConstraint(Compiler.dfa(new Constraint.Regex(regex)), trie, trie, Set.of(EOS));
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            int left = constraint.fewestTokens() + random.nextInt(40);
            int state = CompiledConstraint.START;
            int id = -1;
            for (; left > 0 && id != EOS; left--) {
                List<Integer> allowed = List.copyOf(ids(constraint.allowed(state, true, left), bytes.length));
                assertTrue(!allowed.isEmpty(), "no way with " + left + " tokens left");
                id = allowed.get(random.nextInt(allowed.size()));
                state = constraint.next(state, id);
            }
            assertEquals(EOS, id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a|b)*abb", "(ab|cd|ef){3}", "[a-z]+@[a-z]+"})
    void equalRestsOfTextsAreOneState(String regex) {
        ByteDfa dfa = Compiler.dfa(new Constraint.Regex(regex));
        // Myhill-Nerode: states that accept the same are equal; two by two, some text tells all others apart.
        boolean[][] apart = new boolean[dfa.states()][dfa.states()];
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int a = 0; a < dfa.states(); a++) {
                for (int b = 0; b < dfa.states(); b++) {
                    boolean now = apart[a][b] || dfa.isAccepting(a) != dfa.isAccepting(b);
                    for (int c = 0; c < dfa.classes() && !now; c++) {
                        int x = dfa.target(a, c);
                        int y = dfa.target(b, c);
                        now = x != y && (x < 0 || y < 0 || apart[x][y]);
                    }
                    changed |= now != apart[a][b];
                    apart[a][b] = now;
                }
            }
        }
        for (int a = 0; a < dfa.states(); a++) {
            for (int b = 0; b < dfa.states(); b++) {
                assertEquals(a != b, apart[a][b], a + " and " + b);
            }
        }
    }
}
