package io.sirocco.engine;

import static io.sirocco.engine.Rows.await;
import static io.sirocco.engine.Rows.request;
import static io.sirocco.engine.Rows.untimed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.kernel.KvType;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTest {

    private static final Path MODEL = Goldens.resource("mistral-window4-worked");
    private static final SamplingParams GREEDY = params(20, 0);

    private static SamplingParams params(int maxTokens, double temperature) {
        return SamplingParams.builder()
                .maxTokens(maxTokens)
                .temperature(temperature)
                .topP(0.95)
                .topK(40)
                .seed(7)
                .ignoreEos(true)
                .logprobs(3)
                .promptLogprobs(true)
                .build();
    }

    @Test
    void greedyIdsAreTheReferences() {
        Goldens reference = Goldens.of(MODEL);
        try (Engine engine = Engine.open(MODEL, EngineOptions.AUTOMATIC)) {
            List<CompletableFuture<Completion>> answers = new ArrayList<>();
            for (int i = 0; reference.has("prompt." + i); i++) {
                answers.add(engine.submit(request("" + i, GREEDY, reference.ints("prompt." + i))));
            }
            for (int i = 0; i < answers.size(); i++) {
                Completion completion = await(answers.get(i));
                assertNull(completion.error());
                Output output = completion.outputs().getFirst();
                assertEquals(
                        Arrays.stream(reference.ints("greedy." + i)).boxed().toList(), output.tokenIds());
                assertEquals(FinishReason.LENGTH, output.finishReason());
                assertNull(output.text(), "the model has no tokenizer");
                assertEquals(
                        completion.promptTokens(), completion.promptLogprobs().size());
                assertNull(completion.promptLogprobs().getFirst());
                assertEquals(20, output.logprobs().size());
                assertEquals(
                        output.logprobs().stream()
                                .mapToDouble(Completion.TokenLogprobs::logprob)
                                .sum(),
                        output.cumulativeLogprob(),
                        1e-9);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 3, 1", "2, 64, 4", "3, 7, 5", "4, 64, 100"})
    void anAnswerIsTheSameWhateverRunsBesideIt(int threads, int maxBatch, int chunk) {
        Random random = new Random(11);
        List<Request> requests = IntStream.range(0, 24)
                .mapToObj(i -> request(
                        "row" + i,
                        params(1 + random.nextInt(30), i % 2),
                        random.ints(1 + random.nextInt(70), 0, 64).toArray()))
                .toList();
        List<Completion> alone = new ArrayList<>();
        try (Engine engine = Engine.open(MODEL, new EngineOptions(1, 1, 16, 0, KvType.F32, true))) {
            requests.forEach(r -> alone.add(untimed(await(engine.submit(r)))));
        }
        try (Engine engine = Engine.open(MODEL, new EngineOptions(threads, maxBatch, chunk, 0, KvType.F32, true))) {
            List<CompletableFuture<Completion>> together =
                    requests.stream().map(engine::submit).toList();
            for (int i = 0; i < requests.size(); i++) {
                assertEquals(alone.get(i), untimed(await(together.get(i))), "row " + i);
            }
            assertEquals(24, engine.stats().completed());
        }
    }

    @Test
    void aPoolThatHoldsOneRowAtATimeAnswersAll() {
        // 2 layers of 2 blocks, and one more block while a chunk passes
        try (Engine engine =
                Engine.open(MODEL, new EngineOptions(2, 64, 4, 5 * 16L * 4 * (8 + 16), KvType.F32, true))) {
            List<CompletableFuture<Completion>> answers = IntStream.range(0, 10)
                    .mapToObj(i -> engine.submit(request("" + i, GREEDY, 1, i, i + 1)))
                    .toList();
            answers.forEach(answer -> assertNull(await(answer).error()));
            assertEquals(0, engine.stats().running());
        }
    }

    @Test
    void rowsThatCannotBeAnsweredSayWhy() {
        try (Engine engine = Engine.open(MODEL, EngineOptions.AUTOMATIC)) {
            assertError(engine, request("a", GREEDY), Code.EMPTY_PROMPT, "no tokens");
            assertError(engine, request("b", GREEDY, 1, 64), Code.TOKENIZER_ERROR, "64 at index 1");
            assertError(engine, request("c", params(4096, 0), 1), Code.PROMPT_TOO_LONG, "4096");
            assertError(engine, new Request("d", new Prompt.Text("hi"), GREEDY), Code.TOKENIZER_ERROR, "token_ids");
        }
    }

    private static void assertError(Engine engine, Request request, Code code, String named) {
        Completion completion = await(engine.submit(request));
        assertEquals(code, completion.error().code());
        assertTrue(
                completion.error().message().contains(named), completion.error().message());
        assertTrue(completion.outputs().isEmpty());
    }

    @Test
    void cancelledRowsLeaveAndTheOthersGoOn() throws InterruptedException {
        try (Engine engine = Engine.open(MODEL, new EngineOptions(1, 2, 4, 0, KvType.F32, true))) {
            CompletableFuture<Completion> endless = engine.submit(request("long", params(4000, 0), 1, 2));
            CompletableFuture<Completion> queued = engine.submit(request("queued", params(4000, 0), 1, 2));
            CompletableFuture<Completion> third = engine.submit(request("third", GREEDY, 3));
            endless.cancel(false);
            queued.cancel(false);
            assertNull(await(third).error());
            for (int i = 0; i < 100 && engine.stats().running() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertEquals(0, engine.stats().running());
            assertEquals(0, engine.stats().heldBlocks());
        }
    }

    @Test
    void samplesAreThoseOfTheirIndexHoweverManyThereAre() {
        SamplingParams four = params(12, 1).toBuilder().n(4).build();
        SamplingParams two = params(12, 1).toBuilder().n(2).build();
        try (Engine engine = Engine.open(MODEL, EngineOptions.AUTOMATIC)) {
            List<Output> ofFour =
                    await(engine.submit(request("row", four, 5, 6, 7))).outputs();
            assertEquals(4, ofFour.size());
            assertEquals(List.of(0, 1, 2, 3), ofFour.stream().map(Output::index).toList());
            assertEquals(4, ofFour.stream().map(Output::tokenIds).distinct().count(), "samples differ");
            assertEquals(
                    ofFour.subList(0, 2),
                    await(engine.submit(request("row", two, 5, 6, 7))).outputs());
            SamplingParams greedy = params(12, 0).toBuilder().n(3).build();
            assertEquals(
                    1,
                    await(engine.submit(request("row", greedy, 5, 6, 7))).outputs().stream()
                            .map(Output::tokenIds)
                            .distinct()
                            .count(),
                    "greedy samples are the same");
        }
    }

    @Test
    void drainingAnswersWhatIsInFlightAndRefusesTheRest() throws InterruptedException {
        try (Engine engine = Engine.open(MODEL, new EngineOptions(1, 2, 4, 0, KvType.F32, true))) {
            List<CompletableFuture<Completion>> answers = IntStream.range(0, 10)
                    .mapToObj(i -> engine.submit(request("row" + i, params(200, 0), 1, 2)))
                    .toList();
            engine.drain();
            for (CompletableFuture<Completion> answer : answers) {
                assertTrue(answer.isDone());
                assertNull(answer.join().error());
            }
            CompletableFuture<Completion> late = engine.submit(request("late", GREEDY, 1, 2));
            assertTrue(late.isDone());
            assertEquals(Code.INTERNAL, late.join().error().code());
        }
    }

    @Test
    void anIdleEngineUsesNoProcessorTime() throws InterruptedException {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Engine engine = Engine.open(MODEL, new EngineOptions(2, 4, 16, 0, KvType.F32, true))) {
            assertNull(await(engine.submit(request("row", GREEDY, 1, 2))).error());
            TimeUnit.MILLISECONDS.sleep(100);
            long before = processorNanos(threads);
            TimeUnit.MILLISECONDS.sleep(300);
            long used = processorNanos(threads) - before;
            assertTrue(used < 1_000_000, used + " ns of 300 ms");
        }
    }

    /** Of all threads of engines. */
    private static long processorNanos(com.sun.management.ThreadMXBean threads) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sirocco-"))
                .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.threadId())))
                .sum();
    }

    @Test
    void theStatisticsAddUp() {
        try (Engine engine = Engine.open(MODEL, new EngineOptions(1, 4, 16, 0, KvType.F32, true))) {
            for (int i = 0; i < 3; i++) {
                await(engine.submit(
                        request("row" + i, GREEDY, IntStream.range(3, 43).toArray())));
            }
            EngineStats stats = engine.stats();
            assertEquals(3, stats.completed());
            assertEquals(3 * 20, stats.decodeTokens());
            assertEquals(3 * 40, stats.prefillTokens() + stats.cachedTokens());
            assertTrue(stats.steps() >= 3 * 20, "steps " + stats.steps());
            assertEquals(0, stats.running() + stats.waiting() + stats.heldBlocks() + stats.preemptions());
            assertTrue(stats.idleBlocks() > 0 && stats.idleBlocks() <= stats.poolBlocks());
            assertTrue(stats.forwardNanos() > 0 && stats.samplingNanos() > 0 && stats.schedulingNanos() > 0);
            assertTrue(stats.queueNanos() > 0);
        }
    }

    @Test
    void closingEndsRowsInFlightAsErrors() {
        CompletableFuture<Completion> answer;
        try (Engine engine = Engine.open(MODEL, new EngineOptions(1, 1, 4, 0, KvType.F32, true))) {
            answer = engine.submit(request("long", params(4000, 0), 1, 2));
        }
        assertFalse(answer.isCancelled());
        assertEquals(Code.INTERNAL, await(answer).error().code());
    }
}
