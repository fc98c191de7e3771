package io.sirocco.engine.constraint;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary by their bytes, as a tree in preorder: node {@code i + 1} is the first child of node {@code i} if it is
 * deeper, and {@code skip[i]} is the first node that is not below {@code i}. Immutable.
 */
final class TokenTrie {

    /** What a walk finds: a token that the automaton can read, and the state that it leads to. */
    interface Found {
        void token(int id, int state);
    }

    private final byte[][] bytes; // by id; null for tokens that are not in the tree
    private byte[] label;
    private int[] depth; // 1 for a token's first byte
    private int[] skip;
    private int[] firstToken; // by node: where its tokens begin among all, in order of bytes
    private final int[] tokens;
    private int deepest;

    /** @param bytes by id, as the tokenizer gives them; null, or empty, for tokens that are never allowed */
    TokenTrie(byte[][] bytes) {
        this.bytes = bytes;
        tokens = IntStream.range(0, bytes.length)
                .filter(id -> bytes[id] != null)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> bytes[id], Arrays::compareUnsigned)
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        build();
    }

    private void build() {
        int total = Arrays.stream(tokens).map(id -> bytes[id].length).sum();
        label = new byte[total];
        depth = new int[total];
        firstToken = new int[total + 1];
        int nodes = 0;
        byte[] before = {};
        for (int i = 0; i < tokens.length; i++) {
            byte[] token = bytes[tokens[i]];
            int common = Arrays.mismatch(before, token);
            for (int d = common < 0 ? token.length : common; d < token.length; d++) {
                label[nodes] = token[d];
                depth[nodes] = d + 1;
                firstToken[nodes++] = i; // an inner node has none: the next node begins at the same place
            }
            before = token;
            deepest = Math.max(deepest, token.length);
        }
        label = Arrays.copyOf(label, nodes);
        depth = Arrays.copyOf(depth, nodes);
        firstToken[nodes] = tokens.length;
        firstToken = Arrays.copyOf(firstToken, nodes + 1);
        skip = new int[nodes];
        int[] open = new int[deepest + 1]; // by depth: the node that is not closed yet
        Arrays.fill(open, -1);
        for (int node = 0; node <= nodes; node++) {
            int level = node == nodes ? 1 : depth[node];
            for (int d = level; d <= deepest && open[d] >= 0; d++) {
                skip[open[d]] = node;
                open[d] = -1;
            }
            if (node < nodes) {
                open[level] = node;
            }
        }
    }

    byte[] bytes(int id) {
        return bytes[id];
    }

    /** All tokens that the automaton can read from a state on. */
    void walk(ByteDfa dfa, int from, Found found) {
        int[] states = new int[deepest + 1]; // by depth
        states[0] = from;
        int node = 0;
        while (node < label.length) {
            int state = dfa.next(states[depth[node] - 1], label[node]);
            if (state == ByteDfa.DEAD) {
                node = skip[node];
                continue;
            }
            states[depth[node]] = state;
            for (int i = firstToken[node]; i < firstToken[node + 1]; i++) {
                found.token(tokens[i], state);
            }
            node++;
        }
    }

    /** The tokens that spell a beginning of a path through the automaton, in order of length. */
    void along(ShortestPaths paths, int from, Found found) {
        int state = from;
        int node = 0;
        int end = label.length; // of the nodes to look at
        while (paths.bytes(state) > 0) {
            byte next = paths.nextByte(state);
            while (node < end && label[node] != next) {
                node = skip[node];
            }
            if (node >= end) {
                return;
            }
            state = paths.next(state);
            for (int i = firstToken[node]; i < firstToken[node + 1]; i++) {
                found.token(tokens[i], state);
            }
            end = skip[node];
            node++;
        }
    }
}
