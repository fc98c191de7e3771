package io.sirocco.kernel;

/** One worker of a {@link Team} inside {@link Team#run}: its place in the team, the barrier, and scratch memory of its own. */
public final class Worker {

    private final Team team;
    private final int index;
    private final Scratch scratch = new Scratch();

    Worker(Team team, int index) {
        this.team = team;
        this.index = index;
    }

    /** 0 .. count() - 1. */
    public int index() {
        return index;
    }

    /** Workers in the team. */
    public int count() {
        return team.count();
    }

    /** Waits until all workers of the team are here; spins a while, then parks. */
    public void barrier() {
        team.barrier(index);
    }

    /** The next item of the shared counter, which every barrier sets back to 0. */
    public int next() {
        return team.next();
    }

    Scratch scratch() {
        return scratch;
    }
}
