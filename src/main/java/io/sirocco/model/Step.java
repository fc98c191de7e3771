package io.sirocco.model;

import io.sirocco.cache.RollingCache;

/**
 * What one forward pass computes: a flat list of tokens from many sequences, next tokens and prefill chunks mixed, and the positions
 * whose logits are wanted. Filled by {@link #add}, run by {@link Transformer#forward}, then read and cleared.
 *
 * <p>Example: sequence a at length 7 goes on with one token, b begins with a chunk of 3. After {@code add(a, {42}, 0, 1, 1)} and
 * {@code add(b, {1, 5, 9}, 0, 3, 1)} the flat list is
 *
 * <pre>
 *   row        0   1   2   3
 *   token     42   1   5   9
 *   position   7   0   1   2
 *   sequence   a   b   b   b
 *   logits     0           1
 * </pre>
 */
public final class Step {

    /** Longest run of tokens that one worker attends at a time. */
    private static final int RUN_TOKENS = 64;

    final int[] token;
    final int[] position;
    final int[] runOf; // by row: its run
    final RollingCache[] runCache;
    final int[] runRow;
    final int[] runTokens;
    final int[] logitsRow;
    final float[] logits;
    private final int vocabSize;
    private final RollingCache[] added;
    private int tokens;
    private int runs;
    private int logitsRows;
    private int sequences;

    /**
     * @param maxTokens most tokens of a step
     * @param maxLogits most positions whose logits are wanted
     */
    public Step(int maxTokens, int maxLogits, int vocabSize) {
        token = new int[maxTokens];
        position = new int[maxTokens];
        runOf = new int[maxTokens];
        runCache = new RollingCache[maxTokens];
        runRow = new int[maxTokens];
        runTokens = new int[maxTokens];
        logitsRow = new int[maxLogits];
        logits = new float[Math.multiplyExact(maxLogits, vocabSize)];
        added = new RollingCache[maxTokens];
        this.vocabSize = vocabSize;
    }

    /**
     * Appends the next n tokens of a sequence, for which the cache has room (see {@link RollingCache#reserve}).
     *
     * @param ids token ids; those from index from on are taken
     * @param wanted logits of the last this many of them are wanted
     * @return the first of these logits: {@link #logitsOffset} of it and the following ones
     */
    public int add(RollingCache cache, int[] ids, int from, int n, int wanted) {
        if (n < 1 || n > freeTokens() || wanted < 0 || wanted > Math.min(n, freeLogits())) {
            throw new IllegalArgumentException("the step has room for " + freeTokens() + " tokens and " + freeLogits()
                    + " logits; asked for " + n + " and " + wanted);
        }
        int start = cache.length();
        for (int i = 0; i < n; i++) {
            if (i % RUN_TOKENS == 0) {
                runCache[runs] = cache;
                runRow[runs] = tokens;
                runTokens[runs++] = Math.min(RUN_TOKENS, n - i);
            }
            token[tokens] = ids[from + i];
            position[tokens] = start + i;
            runOf[tokens] = runs - 1;
            if (i >= n - wanted) {
                logitsRow[logitsRows++] = tokens;
            }
            tokens++;
        }
        added[sequences++] = cache;
        return logitsRows - wanted;
    }

    public int tokens() {
        return tokens;
    }

    public int freeTokens() {
        return token.length - tokens;
    }

    public int freeLogits() {
        return logitsRow.length - logitsRows;
    }

    /** The logits of all wanted positions, one row of vocabSize each. */
    public float[] logits() {
        return logits;
    }

    /** Where the i-th wanted position's logits begin in {@link #logits}. */
    public int logitsOffset(int i) {
        return i * vocabSize;
    }

    /** Empties the step and makes its tokens part of their sequences. */
    public void finish() {
        for (int i = 0; i < sequences; i++) {
            added[i].advance();
        }
        clear();
    }

    /** Empties the step and leaves the sequences as they are; for a step that failed. */
    public void clear() {
        tokens = 0;
        runs = 0;
        logitsRows = 0;
        sequences = 0;
    }

    int runs() {
        return runs;
    }

    int logitsRows() {
        return logitsRows;
    }
}
