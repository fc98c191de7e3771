package io.sirocco.engine;

import io.sirocco.kernel.Worker;
import java.util.Arrays;
import java.util.List;

/** The context of a {@link Scoring} and one of its continuations. */
final class Branch implements Sequence {

    private final Scoring group;
    private final Continuation continuation;
    private final List<Continuation> all;
    private final Tokens tokens;
    private final int last; // position of the context's last token, whose logits score the continuation's first
    private int scored; // tokens of the continuation

    /** @param all the continuations whose first token this branch scores: all of them if it is the trunk, else none */
    Branch(Scoring group, Continuation continuation, List<Continuation> all) {
        this.group = group;
        this.continuation = continuation;
        this.all = all;
        int[] context = group.context();
        int[] ids = Arrays.copyOf(context, context.length + continuation.length());
        System.arraycopy(continuation.ids(), 0, ids, context.length, continuation.length());
        tokens = new Tokens(ids, context.length, ids.length - 1);
        last = context.length - 1;
        scored = all.isEmpty() ? 1 : 0;
    }

    @Override
    public Scoring group() {
        return group;
    }

    @Override
    public Tokens tokens() {
        return tokens;
    }

    @Override
    public int firstWanted() {
        return last + scored;
    }

    @Override
    public boolean read(int position, float[] logits, int o, int n, Sampler sampler, Worker worker) {
        int best = sampler.best(logits, o, n);
        if (best < 0) {
            return false;
        }
        double logSum = sampler.logSum(logits, o, n, worker);
        int index = position - last;
        for (Continuation scoredHere : index == 0 ? all : List.of(continuation)) {
            scoredHere.read(index, logits, o, logSum, best);
        }
        return true;
    }

    @Override
    public void accept(int position) {
        scored = position - last + 1;
    }

    @Override
    public boolean isFinished() {
        return scored == continuation.length();
    }
}
