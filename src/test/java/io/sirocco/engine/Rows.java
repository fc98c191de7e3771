package io.sirocco.engine;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Requests of token ids, and their answers, for tests of the engine. */
final class Rows {

    private Rows() {}

    static Request request(String id, SamplingParams params, int... ids) {
        return new Request(id, new Prompt.Ids(IntStream.of(ids).boxed().toList()), params);
    }

    /** n ids below 64, none of them EOS. */
    static int[] randomIds(int n, long seed) {
        return new Random(seed).ints(n, 3, RandomModel.VOCABULARY).toArray();
    }

    static int[] concat(int[] a, int... b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** A completion without what depends on the clock and on what ran before. */
    static Completion untimed(Completion c) {
        return new Completion(c.outputs(), c.promptTokens(), 0, c.promptLogprobs(), c.error(), 0, 0);
    }

    static List<Integer> ids(Completion completion) {
        return completion.outputs().getFirst().tokenIds();
    }

    /** Waits until nothing is in flight, as after a cancellation. */
    static void awaitIdle(Engine engine) throws InterruptedException {
        for (int i = 0; i < 500 && engine.stats().running() + engine.stats().waiting() > 0; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
