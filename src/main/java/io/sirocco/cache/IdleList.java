package io.sirocco.cache;

/** Block numbers in the order they were added; any of them can be taken out at once. A linked list in arrays. */
final class IdleList {

    private final int[] next;
    private final int[] previous;
    private final int ends; // next of it is the oldest, previous of it the newest
    private int size;

    /** @param blocks numbers are 0 .. blocks - 1 */
    IdleList(int blocks) {
        ends = blocks;
        next = new int[blocks + 1];
        previous = new int[blocks + 1];
        link(ends, ends);
    }

    int size() {
        return size;
    }

    /** @param block not in the list */
    void add(int block) {
        link(previous[ends], block);
        link(block, ends);
        size++;
    }

    /** @param block in the list */
    void remove(int block) {
        link(previous[block], next[block]);
        size--;
    }

    /** The list is not empty. */
    int removeOldest() {
        int oldest = next[ends];
        remove(oldest);
        return oldest;
    }

    private void link(int a, int b) {
        next[a] = b;
        previous[b] = a;
    }
}
