package io.sirocco.engine;

import io.sirocco.engine.Completion.RowError;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A {@link ScoreRequest} in the engine. The longest continuation is the trunk: it computes the context, whose last logits score the first
 * token of all of them. Each other one of several tokens is a branch that goes on from there; one of a single token needs no more.
 */
final class Scoring implements SequenceGroup {

    private final int[] context;
    private final List<Continuation> continuations;
    private final List<Branch> branches;
    private final Branch trunk;
    private final Answer<Scores> answer;

    Scoring(int[] context, List<int[]> continuations, CompletableFuture<Scores> future) {
        this.context = context;
        this.continuations = continuations.stream().map(Continuation::new).toList();
        answer = new Answer<>(future);
        Continuation longest = this.continuations.stream()
                .max(Comparator.comparingInt(Continuation::length))
                .orElseThrow();
        trunk = new Branch(this, longest, this.continuations);
        Stream<Branch> others = this.continuations.stream()
                .filter(continuation -> continuation != longest && continuation.length() > 1)
                .map(continuation -> new Branch(this, continuation, List.of()));
        branches = Stream.concat(Stream.of(trunk), others).toList();
    }

    int[] context() {
        return context;
    }

    @Override
    public List<Branch> sequences() {
        return branches;
    }

    @Override
    public Answer<Scores> answer() {
        return answer;
    }

    @Override
    public void complete() {
        answer.give(new Scores(
                continuations.stream().map(Continuation::score).toList(),
                context.length,
                Math.min(trunk.tokens().cachedTokens(), context.length),
                null,
                (System.nanoTime() - answer.joinedNanos()) / 1e6));
    }

    @Override
    public void fail(RowError error) {
        answer.give(Scores.failed(error, context.length));
    }
}
