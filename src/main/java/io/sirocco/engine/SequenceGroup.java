package io.sirocco.engine;

import io.sirocco.engine.Completion.RowError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A request in the engine: its samples, which are sequences of their own, and the completion they make together. */
final class SequenceGroup {

    private final Request request;
    private final int[] prompt;
    private final List<Sequence> samples;
    private final CompletableFuture<Completion> future;
    private final List<Double> promptLogprobs = new ArrayList<>();
    private final long submittedNanos = System.nanoTime();
    private Completion completion;
    private int cachedTokens;
    private long joinedNanos;
    private long firstTokenNanos;

    /** @param ends says when an answer ends */
    SequenceGroup(Request request, int[] prompt, EndConditions ends, CompletableFuture<Completion> future) {
        this.request = request;
        this.prompt = prompt;
        this.future = future;
        promptLogprobs.add(null);
        samples = IntStream.range(0, request.params().n())
                .mapToObj(index -> new Sequence(this, index, ends))
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

    List<Sequence> samples() {
        return samples;
    }

    boolean isCancelled() {
        return future.isCancelled();
    }

    boolean isFinished() {
        for (int i = 0; i < samples.size(); i++) {
            if (!samples.get(i).isFinished()) {
                return false;
            }
        }
        return true;
    }

    /** Whether it ended, with an answer or without. */
    boolean hasEnded() {
        return completion != null;
    }

    /** A sample joins the batch; returns how many nanoseconds the request waited for that, if it is the first. */
    long joined() {
        if (joinedNanos != 0) {
            return 0;
        }
        joinedNanos = System.nanoTime();
        return joinedNanos - submittedNanos;
    }

    /** A sample gets its first token. */
    void begins(Sequence sample) {
        if (firstTokenNanos == 0) {
            firstTokenNanos = System.nanoTime();
            cachedTokens = Math.min(sample.cachedTokens(), prompt.length);
        }
    }

    /** The prompt's tokens of which the log-probability is known, the first included, which has none. */
    int promptLogprobs() {
        return promptLogprobs.size();
    }

    void promptLogprob(double logprob) {
        promptLogprobs.add(logprob);
    }

    /** Makes the answer whole. */
    void complete() {
        completion = new Completion(
                samples.stream().map(Sequence::output).toList(),
                prompt.length,
                cachedTokens,
                params().promptLogprobs() ? promptLogprobs : null,
                null,
                (firstTokenNanos - joinedNanos) / 1e6,
                (System.nanoTime() - firstTokenNanos) / 1e6);
    }

    /** Ends without an answer. */
    void fail(RowError error) {
        completion = Completion.failed(error, prompt.length);
    }

    /** Hands the answer or error to whoever waits for it. */
    void deliver() {
        future.complete(completion);
    }
}
