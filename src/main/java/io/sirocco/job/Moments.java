package io.sirocco.job;

import io.sirocco.report.RunFigures.Moment;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the engines were at times of a run, for its report. However long the run, there are some hundred: whenever there would be more,
 * every other one is dropped, and from then on they are taken half as often.
 */
final class Moments {

    static final int MOST = 240;

    private final List<Moment> taken = new ArrayList<>(List.of(new Moment(0, 0, 0)));
    private int stride = 1;
    private int seen = 1;

    /** Called at even times, and once at the end. */
    synchronized void add(Progress progress) {
        if (seen++ % stride != 0) {
            return;
        }
        if (taken.size() == MOST) {
            for (int i = MOST - 1; i > 0; i -= 2) {
                taken.remove(i);
            }
            stride *= 2;
        }
        taken.add(new Moment(progress.elapsed().toNanos() / 1e9, progress.prefillTokens(), progress.decodeTokens()));
    }

    synchronized List<Moment> all() {
        return List.copyOf(taken);
    }
}
