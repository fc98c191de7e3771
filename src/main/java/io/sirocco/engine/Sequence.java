package io.sirocco.engine;

import io.sirocco.cache.RollingCache;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.text.IncrementalDetokenizer;
import io.sirocco.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A request on its way through the engine: its tokens so far, its cache, its answer as it grows. Owned by the scheduler's thread. */
final class Sequence {

    private final Request request;
    private final CompletableFuture<Completion> future;
    private final Set<Integer> endOfSequence;
    private final Optional<Tokenizer> tokenizer;
    private final CounterRandom random;
    private final int promptTokens;
    private final int[] ids; // prompt, then answer
    private final List<TokenLogprobs> answer = new ArrayList<>();
    private final List<Double> promptLogprobs = new ArrayList<>();
    private final StopText stopText;
    private final IncrementalDetokenizer detokenizer; // null unless there are stop texts
    private RollingCache cache;
    private int length;
    private FinishReason finishReason;
    private String stopReason;
    private double cumulativeLogprob;
    private Completion completion;
    private long joinedNanos;
    private long firstTokenNanos;

    Sequence(
            Request request,
            int[] prompt,
            Set<Integer> endOfSequence,
            Optional<Tokenizer> tokenizer,
            CompletableFuture<Completion> future) {
        this.request = request;
        this.future = future;
        this.endOfSequence = endOfSequence;
        this.tokenizer = tokenizer;
        random = new CounterRandom(request.params().seed(), request.id(), 0);
        promptTokens = prompt.length;
        ids = Arrays.copyOf(prompt, prompt.length + request.params().maxTokens());
        length = prompt.length;
        stopText = new StopText(request.params().stop());
        detokenizer = request.params().stop().isEmpty()
                ? null
                : tokenizer.orElseThrow().detokenizer(true);
        promptLogprobs.add(null);
    }

    SamplingParams params() {
        return request.params();
    }

    CounterRandom random() {
        return random;
    }

    RollingCache cache() {
        return cache;
    }

    int[] ids() {
        return ids;
    }

    /** Most tokens that the cache will ever hold: the last token of the answer is never fed. */
    int mostCached() {
        return ids.length - 1;
    }

    /** Tokens of prompt and answer that are not in the cache yet. */
    int pending() {
        return length - cache.length();
    }

    boolean prefilling() {
        return cache.length() < promptTokens;
    }

    int promptTokens() {
        return promptTokens;
    }

    int generated() {
        return answer.size();
    }

    boolean finished() {
        return finishReason != null;
    }

    boolean cancelled() {
        return future.isCancelled();
    }

    void join(RollingCache emptyCache) {
        cache = emptyCache;
        joinedNanos = System.nanoTime();
    }

    /** The id of prompt token i. */
    int promptId(int i) {
        return ids[i];
    }

    void promptLogprob(double logprob) {
        promptLogprobs.add(logprob);
    }

    /** The next token of the answer; decides whether it ends here. */
    void append(TokenLogprobs token) {
        if (answer.isEmpty()) {
            firstTokenNanos = System.nanoTime();
        }
        ids[length++] = token.tokenId();
        answer.add(token);
        cumulativeLogprob += token.logprob();
        boolean end = endOfSequence.contains(token.tokenId());
        if (end && !params().ignoreEos()) {
            finishReason = FinishReason.STOP;
        } else if (stopsIn(token.tokenId())) {
            finishReason = FinishReason.STOP;
        } else if (length == ids.length) {
            finishReason = FinishReason.LENGTH;
        }
    }

    private boolean stopsIn(int tokenId) {
        if (detokenizer == null) {
            return false;
        }
        stopReason = stopText.add(detokenizer.accept(tokenId));
        if (stopReason == null && length == ids.length) {
            stopReason = stopText.add(detokenizer.finish());
        }
        return stopReason != null;
    }

    /** Makes the answer whole. */
    void complete() {
        long now = System.nanoTime();
        int[] answerIds = Arrays.copyOfRange(ids, promptTokens, length);
        Completion.Output output = new Completion.Output(
                0,
                text(answerIds),
                Arrays.stream(answerIds).boxed().toList(),
                finishReason,
                stopReason,
                cumulativeLogprob,
                params().logprobs() < 0 ? null : List.copyOf(answer));
        completion = new Completion(
                List.of(output),
                promptTokens,
                0,
                params().promptLogprobs() ? new ArrayList<>(promptLogprobs) : null,
                null,
                millis(firstTokenNanos - joinedNanos),
                millis(now - firstTokenNanos));
    }

    private String text(int[] answerIds) {
        if (stopReason != null) {
            return stopText.text();
        }
        return tokenizer.map(t -> t.decode(answerIds, true)).orElse(null);
    }

    /** Ends without an answer. */
    void fail(RowError error) {
        completion = failed(error, promptTokens);
    }

    /** Hands the answer or error to whoever waits for it. */
    void deliver() {
        future.complete(completion);
    }

    /** A row that has no answer. */
    static Completion failed(RowError error, int promptTokens) {
        return new Completion(List.of(), promptTokens, 0, null, error, 0, 0);
    }

    /** Gives the cache back. */
    void close() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
