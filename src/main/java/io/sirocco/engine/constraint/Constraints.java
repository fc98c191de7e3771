package io.sirocco.engine.constraint;

import io.sirocco.text.Tokenizer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The constraints of one model's answers, each compiled when it is first used; those not used for longest go first. Safe for many threads. */
public final class Constraints {

    private static final int MOST = 256;
    private static final long MAX_MEMORY = 256L << 20;

    private final Tokenizer tokenizer;
    private final int vocabSize;
    private final Set<Integer> ends;
    private final Map<Constraint, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private TokenTrie first; // made when first needed; guarded by this
    private TokenTrie rest;

    /**
     * @param vocabSize ids that the model has; the tokenizer may have more, or fewer
     * @param ends tokens that end an answer
     */
    public Constraints(Tokenizer tokenizer, int vocabSize, Set<Integer> ends) {
        this.tokenizer = tokenizer;
        this.vocabSize = vocabSize;
        this.ends = Set.copyOf(ends);
    }

    /**
     * A constraint over this model's tokens.
     *
     * @throws ConstraintException if it cannot be used
     * @throws io.sirocco.text.TokenizerException if the tokenizer's tokens cannot be told apart by their bytes
     */
    public CompiledConstraint compile(Constraint constraint) {
        Entry entry;
        synchronized (this) {
            if (first == null) {
                first = trie(true);
                rest = trie(false);
            }
            entry = entries.computeIfAbsent(constraint, _ -> new Entry());
        }
        CompiledConstraint compiled = entry.get(constraint, this);
        trim();
        return compiled;
    }

    private TokenTrie trie(boolean begins) {
        byte[][] bytes = tokenizer.tokenBytes(begins);
        for (int id = 0; id < bytes.length; id++) {
            if (id >= vocabSize || ends.contains(id)) {
                bytes[id] = null;
            }
        }
        return new TokenTrie(bytes);
    }

    /** Whoever still uses what goes here keeps it. */
    private synchronized void trim() {
        long memory = entries.values().stream().mapToLong(Entry::memory).sum();
        Iterator<Entry> eldest = entries.values().iterator();
        while (entries.size() > MOST || (memory > MAX_MEMORY && entries.size() > 1)) {
            memory -= eldest.next().memory();
            eldest.remove();
        }
    }

    /** One constraint: many ask for it at once, one of them compiles it. */
    private static final class Entry {
        private volatile CompiledConstraint compiled;
        private ConstraintException failure; // guarded by this

        CompiledConstraint get(Constraint constraint, Constraints room) {
            if (compiled != null) {
                return compiled;
            }
            synchronized (this) {
                if (failure != null) {
                    throw failure;
                }
                if (compiled == null) {
                    try {
                        compiled = new CompiledConstraint(Compiler.dfa(constraint), room.first, room.rest, room.ends);
                    } catch (ConstraintException e) {
                        failure = e;
                        throw e;
                    }
                }
                return compiled;
            }
        }

        long memory() {
            return compiled == null ? 0 : compiled.memory();
        }
    }
}
