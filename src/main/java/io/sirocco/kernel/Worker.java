package io.sirocco.kernel;

/** One worker of a {@link Team} inside {@link Team#run}: its place in the team, the barrier, and scratch memory of its own. */
public final class Worker {

    Worker() {}

    /** 0 .. count() - 1. */
    public int index() {
        throw new UnsupportedOperationException();
    }

    /** Workers in the team. */
    public int count() {
        throw new UnsupportedOperationException();
    }

    /** Waits until all workers of the team are here; spins a while, then parks. */
    public void barrier() {
        throw new UnsupportedOperationException();
    }

    /** The next item of the shared counter, which every barrier sets back to 0. */
    public int next() {
        throw new UnsupportedOperationException();
    }
}
