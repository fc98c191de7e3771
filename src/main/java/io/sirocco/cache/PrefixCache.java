package io.sirocco.cache;

import static io.sirocco.kernel.KvLayout.BLOCK_TOKENS;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * Finds the keys and values of a prompt's beginning that an earlier sequence has computed, so that equal prefixes (system prompts, the
 * shots of an evaluation, the question of several choices, the samples of a row) are computed once.
 *
 * <p>A tree: a node is the block of up to 16 tokens that follows its parent's, so the way from the root spells the whole prefix. That is
 * the hash chain of paged attention (Kwon et al. 2023, section 4.3) with the ids themselves in place of their hash: two prefixes can
 * never be taken for each other. The blocks of a node stay in the pool as long as nobody needs their room ({@link BlockPool}: the one
 * idle for longest goes first). A layer's block may be gone while others are there; with windows a prefix is of use as soon as every
 * layer has the blocks that the next query sees.
 *
 * <p>Each sequence walks it by a {@link PrefixPath}. Not thread-safe, as the pool.
 */
public final class PrefixCache {

    /** The block of up to 16 tokens after its parent's. */
    static final class Node {
        final Node parent;
        final int[] ids;
        final TreeMap<int[], Node> children = new TreeMap<>(Arrays::compare);
        int[] blocks; // by layer, -1 where there is none; null until it is computed
        int present; // blocks that are there
        int users; // paths that stand here
        PrefixPath claimant; // who is computing it

        Node(Node parent, int[] ids) {
            this.parent = parent;
            this.ids = ids;
        }

        boolean isComplete() {
            return blocks != null && present == blocks.length;
        }

        boolean has(int layer) {
            return blocks[layer] >= 0;
        }
    }

    private final BlockPool pool;
    private final int layers;
    private final Node root = new Node(null, new int[0]);
    private final Node[] nodeOf; // by block
    private final int[] layerOf; // by block

    public PrefixCache(BlockPool pool, int layers) {
        this.pool = pool;
        this.layers = layers;
        nodeOf = new Node[pool.size()];
        layerOf = new int[pool.size()];
        pool.onEviction(this::evict);
    }

    /**
     * A sequence's way through the tree.
     *
     * @param cache of the sequence, empty
     * @param ids the sequence's tokens, the prompt first
     */
    public PrefixPath path(RollingCache cache, int[] ids, int promptTokens) {
        return new PrefixPath(this, cache, ids, promptTokens);
    }

    int layers() {
        return layers;
    }

    Node root() {
        return root;
    }

    Node child(Node node, int[] ids) {
        return node.children.computeIfAbsent(ids, key -> new Node(node, key));
    }

    /** Keeps those of a sequence's blocks that the node lacks. */
    void fill(Node node, RollingCache cache, int logical) {
        if (node.blocks == null) {
            node.blocks = new int[layers];
            Arrays.fill(node.blocks, -1);
        }
        for (int layer = 0; layer < layers; layer++) {
            if (!node.has(layer) && cache.holds(layer, logical)) {
                int block = cache.block(layer, logical);
                if (!pool.isKept(block)) {
                    pool.keep(block);
                    node.blocks[layer] = block;
                    node.present++;
                    nodeOf[block] = node;
                    layerOf[block] = layer;
                }
            }
        }
    }

    private void evict(int block) {
        Node node = nodeOf[block];
        nodeOf[block] = null;
        node.blocks[layerOf[block]] = -1;
        node.present--;
        prune(node);
    }

    /** Takes nodes out of the tree that hold nothing and lead nowhere. */
    void prune(Node node) {
        Node at = node;
        while (at != root && at.present == 0 && at.users == 0 && at.claimant == null && at.children.isEmpty()) {
            at.parent.children.remove(at.ids);
            at = at.parent;
        }
    }

    /** Ids of the block that begins at a token, up to end at most. */
    static int[] key(int[] ids, int from, int end) {
        return Arrays.copyOfRange(ids, from, Math.min(from + BLOCK_TOKENS, end));
    }
}
