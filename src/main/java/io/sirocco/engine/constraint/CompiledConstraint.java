package io.sirocco.engine.constraint;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A constraint over the tokens of one vocabulary, shared by all answers that have it. What is allowed in a state is found once, when the
 * first answer gets there. Safe for many threads.
 *
 * <p>An answer begins in state {@link #START}; the tokens that end it (EOS) are allowed where the text may end, and only there.
 */
public final class CompiledConstraint {

    /** Before the first token, which may spell differently: some tokenizers leave the space in front of it out. */
    public static final int START = -1;

    /** For answers that may be cut anywhere. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    /** What an answer cannot be completed from: the vocabulary lacks tokens for the bytes. */
    public static final int NEVER = Integer.MAX_VALUE / 2;

    /** Sets that are kept; beyond these they are found anew each time. */
    private static final long MAX_MEMORY = 64L << 20;

    private final ByteDfa dfa;
    private final TokenTrie first;
    private final TokenTrie rest;
    private final Set<Integer> ends;
    private final AtomicReferenceArray<AllowedTokens> allowed; // by state; the last is START's
    private final AtomicLong memory;
    private final AtomicIntegerArray mostNeeded; // by state, as allowed; one more than it is, 0 until it is known
    private int[] tokensLeft; // by state, as allowed; made when first asked for; guarded by this

    CompiledConstraint(ByteDfa dfa, TokenTrie first, TokenTrie rest, Set<Integer> ends) {
        this.dfa = dfa;
        this.first = first;
        this.rest = rest;
        this.ends = ends;
        allowed = new AtomicReferenceArray<>(dfa.states() + 1);
        mostNeeded = new AtomicIntegerArray(dfa.states() + 1);
        memory = new AtomicLong(4L * dfa.states() * dfa.classes());
    }

    /** Where an answer stands after this token; a token that ends it leaves it where it is. */
    public int next(int state, int id) {
        if (ends.contains(id)) {
            return state;
        }
        return dfa.next(dfaState(state), trie(state).bytes(id));
    }

    /** Whether the text may end here. */
    public boolean isAccepting(int state) {
        return dfa.isAccepting(dfaState(state));
    }

    /**
     * The tokens that may come next.
     *
     * @param mayEnd whether those that end the answer are among them where the text may end; where no others are, they are anyway
     * @param left tokens that the answer has room for, if it must have come to its end with them, else {@link #NO_LIMIT}
     */
    public AllowedTokens allowed(int state, boolean mayEnd, int left) {
        AllowedTokens all = left == NO_LIMIT || left > mostNeeded(state) ? allowed(state) : ending(state, left);
        if (mayEnd || !isAccepting(state)) {
            return all;
        }
        AllowedTokens text = all.without(ends);
        return text.count() == 0 ? all : text;
    }

    /** The most tokens that an answer needs after any that is allowed here. */
    private int mostNeeded(int state) {
        int index = state == START ? dfa.states() : state;
        int known = mostNeeded.get(index);
        if (known == 0) {
            int[] needed = tokensLeft();
            int[] most = {0};
            trie(state).walk(dfa, dfaState(state), (_, to) -> most[0] = Math.max(most[0], needed[to]));
            known = most[0] + 1;
            mostNeeded.set(index, known);
        }
        return known - 1;
    }

    private AllowedTokens allowed(int state) {
        int index = state == START ? dfa.states() : state;
        AllowedTokens known = allowed.get(index);
        if (known == null) {
            known = find(state, (_, _) -> true);
            if (memory.addAndGet(known.memory()) <= MAX_MEMORY) {
                allowed.set(index, known);
            } else {
                memory.addAndGet(-known.memory());
            }
        }
        return known;
    }

    /** Only tokens after which the rest of one of the shortest ways has room. */
    private AllowedTokens ending(int state, int left) {
        int[] needed = tokensLeft();
        return find(state, (_, to) -> needed[to] < left);
    }

    /** The fewest tokens, as far as we know, that end an answer from its beginning, EOS included; {@link #NEVER} or more if none do. */
    public int fewestTokens() {
        return tokensLeft()[dfa.states()];
    }

    private interface Condition {
        boolean holds(int id, int state);
    }

    private AllowedTokens find(int state, Condition condition) {
        BitSet set = new BitSet();
        trie(state).walk(dfa, dfaState(state), (id, to) -> {
            if (condition.holds(id, to)) {
                set.set(id);
            }
        });
        if (isAccepting(state)) {
            ends.forEach(set::set);
        }
        return new AllowedTokens(set);
    }

    private synchronized int[] tokensLeft() {
        if (tokensLeft == null) {
            ShortestPaths paths = new ShortestPaths(dfa);
            int[] left = new int[dfa.states() + 1];
            Arrays.fill(left, NEVER);
            for (int state : paths.inOrder()) {
                left[state] = tokensLeft(left, paths, state, rest);
            }
            left[dfa.states()] = tokensLeft(left, paths, dfa.start(), first);
            memory.addAndGet(4L * left.length);
            tokensLeft = left;
        }
        return tokensLeft;
    }

    private int tokensLeft(int[] left, ShortestPaths paths, int state, TokenTrie trie) {
        if (paths.bytes(state) == 0) {
            return ends.isEmpty() ? 0 : 1;
        }
        int[] fewest = {NEVER};
        trie.along(paths, state, (_, to) -> fewest[0] = Math.min(fewest[0], left[to] + 1));
        return fewest[0];
    }

    private int dfaState(int state) {
        return state == START ? dfa.start() : state;
    }

    private TokenTrie trie(int state) {
        return state == START ? first : rest;
    }

    /** Bytes that it holds. */
    long memory() {
        return memory.get();
    }
}
