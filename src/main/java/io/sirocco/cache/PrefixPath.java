package io.sirocco.cache;

import static io.sirocco.kernel.KvLayout.BLOCK_TOKENS;

import io.sirocco.cache.PrefixCache.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where a sequence stands in a {@link PrefixCache} while its prompt is computed. Before each chunk {@link #follow} takes over what is
 * there and {@link #claim} says what the sequence computes itself; after it {@link #register} gives the new blocks to others.
 */
public final class PrefixPath implements AutoCloseable {

    /** The path of a sequence that shares nothing. */
    public static final PrefixPath NONE = new PrefixPath();

    /** Fewer tokens are computed sooner than waited for. */
    private static final int WORTH_WAITING = 4;

    private final PrefixCache prefixes;
    private final RollingCache cache;
    private final int[] ids;
    private final int promptTokens;
    private final List<Node> claimed = new ArrayList<>();
    private Node at; // the last full block that is behind us; null once there is nothing left to share
    private int depth; // full blocks behind us

    private PrefixPath() {
        prefixes = null;
        cache = null;
        ids = new int[0];
        promptTokens = 0;
    }

    PrefixPath(PrefixCache prefixes, RollingCache cache, int[] ids, int promptTokens) {
        this.prefixes = prefixes;
        this.cache = cache;
        this.ids = ids;
        this.promptTokens = promptTokens;
        at = prefixes.root();
        at.users++;
    }

    /**
     * Takes over blocks that others have computed, which makes the sequence's cache longer.
     *
     * @param limit tokens that may be taken over at most, from the sequence's beginning on
     * @return false if another sequence is just computing the tokens that come next, so that it is better to wait for it
     */
    public boolean follow(int limit) {
        if (at == null || cache.length() % BLOCK_TOKENS != 0 || cache.length() >= limit) {
            return true;
        }
        List<Node> way = ready(limit);
        way = way.subList(0, usable(way));
        Node last = way.isEmpty() ? at : way.getLast();
        int[] rest = PrefixCache.key(ids, cache.length() + way.size() * BLOCK_TOKENS, limit);
        Node tail = null;
        int tailTokens = 0;
        int underWay = 0;
        for (Node child : nearest(last, rest)) {
            int common = Math.min(common(child.ids, rest), BLOCK_TOKENS - 1);
            if (child.isComplete() && common > tailTokens) {
                tail = child;
                tailTokens = common;
            } else if (child.blocks == null && isOthers(child)) {
                underWay = Math.max(underWay, common);
            }
        }
        boolean wait = underWay >= tailTokens + WORTH_WAITING;
        if (wait) {
            tail = null;
            tailTokens = 0;
        }
        if (!way.isEmpty() || tail != null) {
            cache.adopt(way.stream().map(node -> node.blocks).toList(), tail == null ? null : tail.blocks, tailTokens);
            moveTo(last, way.size());
        }
        return !wait;
    }

    /** Computed nodes of full blocks from here on. */
    private List<Node> ready(int limit) {
        List<Node> way = new ArrayList<>();
        Node node = at;
        for (int end = cache.length() + BLOCK_TOKENS; end <= limit; end += BLOCK_TOKENS) {
            node = node.children.get(PrefixCache.key(ids, end - BLOCK_TOKENS, end));
            if (node == null || node.blocks == null) {
                break;
            }
            way.add(node);
        }
        return way;
    }

    /** How far the way can be taken: the next query must find the blocks it sees in every layer. */
    private int usable(List<Node> way) {
        int usable = 0;
        int[] lastGap = new int[prefixes.layers()]; // by layer: the last logical block that is missing, -1 if none is
        Arrays.fill(lastGap, -1);
        for (int n = 1; n <= way.size(); n++) {
            boolean all = true;
            for (int layer = 0; layer < lastGap.length; layer++) {
                if (!way.get(n - 1).has(layer)) {
                    lastGap[layer] = depth + n - 1;
                }
                all &= cache.firstSeen(layer, (depth + n) * BLOCK_TOKENS) > lastGap[layer];
            }
            usable = all ? n : usable;
        }
        return usable;
    }

    /** The children that share most ids with these: neighbours in the order of ids. */
    private static List<Node> nearest(Node node, int[] key) {
        List<Node> nearest = new ArrayList<>(2);
        for (Map.Entry<int[], Node> entry :
                Arrays.asList(node.children.floorEntry(key), node.children.ceilingEntry(key))) {
            if (entry != null && !nearest.contains(entry.getValue())) {
                nearest.add(entry.getValue());
            }
        }
        return nearest;
    }

    private static int common(int[] a, int[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }

    private boolean isOthers(Node node) {
        return node.claimant != null && node.claimant != this;
    }

    /** The sequence computes its next n tokens now; others with the same tokens will wait for it. */
    public void claim(int n) {
        if (at == null) {
            return;
        }
        int end = Math.min(cache.length() + n, promptTokens);
        Node node = at;
        for (int from = depth * BLOCK_TOKENS; from < end; from += BLOCK_TOKENS) {
            node = prefixes.child(node, PrefixCache.key(ids, from, promptTokens));
            if (isOthers(node)) {
                return;
            }
            if (node.claimant == null && node.blocks == null) {
                node.claimant = this;
                claimed.add(node);
            }
        }
    }

    /** Tokens have become part of the sequence: those of the prompt are there for others. */
    public void register() {
        if (at == null) {
            return;
        }
        int done = Math.min(cache.length(), promptTokens);
        while ((depth + 1) * BLOCK_TOKENS <= done) {
            moveTo(give(), 1);
        }
        if (done == promptTokens) {
            if (depth * BLOCK_TOKENS < done) {
                prefixes.prune(give());
            }
            close();
        }
    }

    private Node give() {
        Node node = prefixes.child(at, PrefixCache.key(ids, depth * BLOCK_TOKENS, promptTokens));
        prefixes.fill(node, cache, depth);
        if (node.claimant == this) {
            node.claimant = null;
            claimed.remove(node);
        }
        return node;
    }

    private void moveTo(Node node, int blocks) {
        node.users++;
        Node left = at;
        at = node;
        depth += blocks;
        left.users--;
        prefixes.prune(left);
    }

    /** Leaves the tree; whoever waits for what was claimed computes it now. */
    @Override
    public void close() {
        if (at == null) {
            return;
        }
        for (Node node : claimed) {
            node.claimant = null;
            prefixes.prune(node);
        }
        claimed.clear();
        Node left = at;
        at = null;
        left.users--;
        prefixes.prune(left);
    }
}
