package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.PrefixCache;
import io.sirocco.cache.PrefixPath;
import io.sirocco.cache.RollingCache;

/** The tokens of a sequence and, while it is in flight, their keys and values. Owned by the thread that runs the steps. */
final class Tokens {

    private final int[] ids;
    private final int promptTokens;
    private int length;
    private boolean whole; // no more tokens come: the last is not fed
    private RollingCache cache; // null unless in flight
    private PrefixPath path = PrefixPath.NONE;
    private int cachedTokens;

    /**
     * Not in flight yet.
     *
     * @param ids all that the sequence will ever have; the last is never fed
     * @param promptTokens of these, what others may begin with as well
     * @param length of these, what is known already
     */
    Tokens(int[] ids, int promptTokens, int length) {
        this.ids = ids;
        this.promptTokens = promptTokens;
        this.length = length;
    }

    int[] ids() {
        return ids;
    }

    int promptTokens() {
        return promptTokens;
    }

    /** Those that are known so far. */
    int length() {
        return length;
    }

    boolean isFull() {
        return length == ids.length;
    }

    void append(int id) {
        ids[length++] = id;
    }

    /** No more tokens come. */
    void end() {
        whole = true;
    }

    boolean isWhole() {
        return whole;
    }

    /** Those to feed that are not in the cache yet; at least 1. */
    int pending() {
        return length - (whole ? 1 : 0) - cache.length();
    }

    RollingCache cache() {
        return cache;
    }

    PrefixPath path() {
        return path;
    }

    /** Makes an empty cache. */
    void join(BlockPool pool, int[] windows, int chunk, PrefixCache prefixes) {
        cachedTokens = 0;
        cache = new RollingCache(pool, windows, ids.length - 1, chunk);
        path = prefixes == null ? PrefixPath.NONE : prefixes.path(cache, ids, promptTokens);
    }

    /** Gives the cache back: the sequence has ended, or begins anew later. */
    void leave() {
        path.close();
        path = PrefixPath.NONE;
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }

    /**
     * Takes over what others have computed of the prompt.
     *
     * @param limit most tokens to take over, from the beginning on
     * @return false if it is better to wait for another sequence in this step
     */
    boolean follow(int limit) {
        int before = cache.length();
        boolean goOn = path.follow(limit);
        cachedTokens += cache.length() - before;
        return goOn;
    }

    /** Tokens of the prompt that others had computed, since it joined. */
    int cachedTokens() {
        return cachedTokens;
    }
}
