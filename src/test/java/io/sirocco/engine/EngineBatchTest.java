package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.Code;
import io.sirocco.job.TinyModel;
import io.sirocco.kernel.KvType;
import io.sirocco.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

class EngineBatchTest {

    private static final Path MODEL = TinyModel.path();
    private static final EngineOptions OPTIONS = new EngineOptions(1, 8, 4, 0, KvType.F32, true);
    private static final SamplingParams SHORT =
            SamplingParams.builder().maxTokens(6).ignoreEos(true).build();

    /** Takes the better part of a second, while tests take milliseconds to end it. */
    private static final SamplingParams LONG =
            SamplingParams.builder().maxTokens(4000).ignoreEos(true).build();

    private static Request request(String id, SamplingParams params) {
        return new Request(id, new Prompt.Text("hello " + id), params);
    }

    private static List<Request> requests(int rows, SamplingParams params) {
        return IntStream.range(0, rows)
                .mapToObj(i -> request("row" + i, params))
                .toList();
    }

    private static CompletableFuture<VectorSchemaRoot> submit(Engine engine, List<Request> requests) {
        try (VectorSchemaRoot batch = RequestBatch.write(requests, engine.allocator())) {
            return engine.submit(batch, SamplingParams.DEFAULT);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Completion> completions(Future<VectorSchemaRoot> answer) {
        try (VectorSchemaRoot batch = await(answer)) {
            return CompletionBatch.read(batch);
        }
    }

    /** A completion without what depends on the clock and on what ran before. */
    private static Completion untimed(Completion c) {
        return new Completion(c.outputs(), c.promptTokens(), 0, c.promptLogprobs(), c.error(), 0, 0);
    }

    @Test
    void aBatchIsAnsweredAsItsRowsAre() {
        SamplingParams all = SamplingParams.builder()
                .maxTokens(12)
                .temperature(1)
                .seed(5)
                .n(2)
                .logprobs(3)
                .promptLogprobs(true)
                .stop(List.of("e"))
                .build();
        List<Request> requests = List.of(
                new Request("text", new Prompt.Text("Where is it?"), all),
                new Request("é🦜", new Prompt.Text("naïve 🦜"), all),
                new Request("chat", new Prompt.Chat(List.of(new Message("user", "hi"))), SHORT),
                new Request("ids", new Prompt.Ids(List.of(1, 2, 3)), all),
                new Request("stranger", new Prompt.Ids(List.of(1, 64)), all),
                new Request("", new Prompt.Text(""), SHORT));
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            List<Completion> alone = requests.stream()
                    .map(request -> untimed(await(engine.submit(request))))
                    .toList();
            List<Completion> together = completions(submit(engine, requests));
            assertEquals(alone, together.stream().map(EngineBatchTest::untimed).toList());
            assertEquals(2, together.getFirst().outputs().size());
            assertTrue(together.getFirst().decodeMillis() > 0);
            assertEquals(Code.TOKENIZER_ERROR, together.get(4).error().code());
            assertEquals(Code.EMPTY_PROMPT, together.get(5).error().code());
        }
    }

    @Test
    void theAnswerHoldsIdsAndFingerprint() {
        try (Engine engine = Engine.open(MODEL, OPTIONS);
                VectorSchemaRoot answer = await(submit(engine, List.of(request("a", SHORT), request("ö", SHORT))))) {
            assertEquals(CompletionBatch.SCHEMA, answer.getSchema());
            assertEquals("a", answer.getVector("id").getObject(0).toString());
            assertEquals("ö", answer.getVector("id").getObject(1).toString());
            assertEquals(
                    engine.fingerprint(),
                    answer.getVector("fingerprint").getObject(1).toString());
        }
    }

    @Test
    void aBadRowIsAnErrorAndItsNeighboursAreAnswered() {
        Request bad = new Request("bad", new Prompt.Chat(List.of(new Message("user", null))), SHORT);
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            List<Completion> answers =
                    completions(submit(engine, List.of(request("a", SHORT), bad, request("b", SHORT))));
            assertNull(answers.get(0).error());
            assertEquals(Code.INVALID_MESSAGES, answers.get(1).error().code());
            assertNull(answers.get(2).error());
            assertEquals(6, answers.get(2).outputs().getFirst().tokenIds().size());
        }
    }

    @Test
    void anEmptyBatchHasAnEmptyAnswer() {
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            assertEquals(List.of(), completions(submit(engine, List.of())));
        }
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAndTheEngineGoesOn() {
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            try (VectorSchemaRoot unfit = CompletionBatch.write(List.of(), List.of(), "", engine.allocator())) {
                assertThrows(IllegalArgumentException.class, () -> engine.submit(unfit, SHORT));
            }
            assertNull(
                    completions(submit(engine, requests(1, SHORT))).getFirst().error());
        }
    }

    @Test
    void noStepWaitsForABatchToBeWritten() {
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            CompletableFuture<String> thread = submit(
                            engine, requests(2, LONG.toBuilder().maxTokens(200).build()))
                    .thenApply(batch -> {
                        batch.close();
                        return Thread.currentThread().getName();
                    });
            assertNotEquals("sirocco-engine", await(thread));
        }
    }

    @Test
    void aCancelledBatchLeavesTheEngine() throws InterruptedException {
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            CompletableFuture<VectorSchemaRoot> answer = submit(engine, requests(20, LONG));
            CompletableFuture<VectorSchemaRoot> other = submit(engine, requests(2, SHORT));
            answer.cancel(false);
            assertNull(completions(other).getFirst().error());
            for (int i = 0; i < 100 && engine.stats().running() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertEquals(0, engine.stats().running());
            assertEquals(0, engine.stats().heldBlocks());
            assertEquals(2, engine.stats().completed(), "the others");
        }
    }

    /** Some are cancelled while they are being written; the engine's check at its end finds any that is lost. */
    @Test
    void cancellingAtAnyMomentLosesNoMemory() {
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            for (int i = 0; i < 300; i++) {
                CompletableFuture<VectorSchemaRoot> answer = submit(engine, requests(1 + i % 3, SHORT));
                long until = System.nanoTime() + i * 10_000L;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                if (!answer.cancel(false)) {
                    await(answer).close();
                }
            }
        }
    }

    @Test
    void drainingWaitsForBatches() throws InterruptedException {
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            List<CompletableFuture<VectorSchemaRoot>> answers = IntStream.range(0, 5)
                    .mapToObj(_ -> submit(engine, requests(3, SHORT)))
                    .toList();
            engine.drain();
            for (CompletableFuture<VectorSchemaRoot> answer : answers) {
                assertTrue(answer.isDone());
                assertNull(completions(answer).getLast().error());
            }
        }
    }

    @Test
    void closingEndsBatchesInFlightAsErrorsThatOutliveTheEngine() {
        CompletableFuture<VectorSchemaRoot> answer;
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            answer = submit(engine, requests(20, LONG));
            assertFalse(answer.isDone());
        }
        assertTrue(answer.isDone());
        List<Completion> ended = completions(answer);
        assertEquals(20, ended.size());
        ended.forEach(row -> assertEquals(Code.INTERNAL, row.error().code()));
    }

    @Test
    void closingWaitsForWhatDependsOnABatch() throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        CompletableFuture<Void> used;
        try (Engine engine = Engine.open(MODEL, OPTIONS)) {
            used = submit(engine, requests(2, SHORT.toBuilder().maxTokens(200).build()))
                    .thenAccept(batch -> {
                        written.countDown();
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                        batch.close();
                    });
            written.await();
        }
        assertTrue(used.isDone());
    }

    @Test
    void closingWhileOthersSubmitIsOrderly() throws InterruptedException {
        try (RootAllocator ours = new RootAllocator();
                VectorSchemaRoot batch = RequestBatch.write(requests(3, LONG), ours)) {
            for (int round = 0; round < 10; round++) {
                List<CompletableFuture<VectorSchemaRoot>> answers = new ArrayList<>();
                Thread submitter;
                try (Engine engine = Engine.open(MODEL, OPTIONS)) {
                    submitter = Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 100; i++) {
                            answers.add(engine.submit(batch, SHORT));
                        }
                    });
                    TimeUnit.MILLISECONDS.sleep(round);
                }
                submitter.join();
                assertEquals(100, answers.size());
                for (CompletableFuture<VectorSchemaRoot> answer : answers) {
                    completions(answer)
                            .forEach(row ->
                                    assertEquals(Code.INTERNAL, row.error().code()));
                }
            }
        }
    }

    @Test
    void anOpenBatchIsFoundWhenTheEngineCloses() {
        Engine engine = Engine.open(MODEL, OPTIONS);
        VectorSchemaRoot _ = await(submit(engine, requests(2, SHORT)));
        assertTrue(engine.allocator().getAllocatedMemory() > 0);
        IllegalStateException e = assertThrows(IllegalStateException.class, engine::close);
        assertTrue(e.getMessage().contains("ROOT"), e.getMessage());
    }
}
