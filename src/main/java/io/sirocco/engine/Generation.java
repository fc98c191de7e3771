package io.sirocco.engine;

import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.constraint.CompiledConstraint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A {@link Request} in the engine: its samples. */
final class Generation implements SequenceGroup {

    private final Request request;
    private final int[] prompt;
    private final List<Sample> samples;
    private final Answer<Completion> answer;
    private int cachedTokens;
    private long firstTokenNanos;

    /**
     * @param ends says when an answer ends
     * @param constraint what an answer must be, or null
     */
    Generation(
            Request request,
            int[] prompt,
            EndConditions ends,
            CompiledConstraint constraint,
            CompletableFuture<Completion> future) {
        this.request = request;
        this.prompt = prompt;
        answer = new Answer<>(future);
        samples = IntStream.range(0, request.params().n())
                .mapToObj(index -> new Sample(this, index, ends, constraint))
                .toList();
    }

    SamplingParams params() {
        return request.params();
    }

    String id() {
        return request.id();
    }

    int[] prompt() {
        return prompt;
    }

    @Override
    public List<Sample> sequences() {
        return samples;
    }

    @Override
    public Answer<Completion> answer() {
        return answer;
    }

    /** A sample gets its first token. */
    void begins(Sample sample) {
        if (firstTokenNanos == 0) {
            firstTokenNanos = System.nanoTime();
            cachedTokens = Math.min(sample.tokens().cachedTokens(), prompt.length);
        }
    }

    @Override
    public void complete() {
        answer.give(new Completion(
                samples.stream().map(Sample::output).toList(),
                prompt.length,
                cachedTokens,
                samples.getFirst().promptLogprobs(),
                null,
                (firstTokenNanos - answer.joinedNanos()) / 1e6,
                (System.nanoTime() - firstTokenNanos) / 1e6));
    }

    @Override
    public void fail(RowError error) {
        answer.give(Completion.failed(error, prompt.length));
    }
}
