package io.sirocco.engine;

import static io.sirocco.engine.Rows.await;
import static io.sirocco.engine.Rows.awaitIdle;
import static io.sirocco.engine.Rows.concat;
import static io.sirocco.engine.Rows.randomIds;
import static io.sirocco.engine.Rows.request;
import static io.sirocco.engine.Rows.untimed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.cache.RollingCache;
import io.sirocco.engine.Completion.Code;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Key-value memory: who gets blocks, who gives way, what is found again. */
class BlocksTest {

    private static final KvLayout LAYOUT = new KvLayout(2, 8, KvType.F32);
    private static final int LAYERS = 2;

    private static SamplingParams tokens(int maxTokens) {
        return SamplingParams.builder().maxTokens(maxTokens).ignoreEos(true).build();
    }

    private static Engine engine(RandomModel model, int maxBatch, int chunk, long blocks, boolean prefixCache) {
        EngineOptions options =
                new EngineOptions(1, maxBatch, chunk, blocks * LAYOUT.blockBytes(), KvType.F32, prefixCache);
        return Engine.open(model, options, Kernels.get());
    }

    @Test
    void theYoungestGivesWayAndIsAnsweredAllTheSame() {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        List<Request> requests = IntStream.range(0, 6)
                .mapToObj(i -> request("row" + i, tokens(100), randomIds(10 + i, i)))
                .toList();
        List<Completion> alone = new ArrayList<>();
        try (Engine engine = engine(model, 1, 64, 64, true)) {
            requests.forEach(r -> alone.add(untimed(await(engine.submit(r)))));
            assertEquals(0, engine.stats().preemptions());
        }
        // Each of the six needs 8 blocks a layer in the end, but begins with one.
        for (boolean prefixCache : new boolean[] {true, false}) {
            try (Engine engine = engine(model, 6, 64, LAYERS * 20, prefixCache)) {
                List<CompletableFuture<Completion>> answers =
                        requests.stream().map(engine::submit).toList();
                for (int i = 0; i < requests.size(); i++) {
                    assertEquals(alone.get(i), untimed(await(answers.get(i))), "row " + i);
                }
                assertTrue(engine.stats().preemptions() > 0, "the pool was too large to test anything");
                assertEquals(0, engine.stats().heldBlocks());
            }
        }
    }

    @Test
    void aPoolJustLargeEnoughForOneLongRowStarvesNobody() {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        try (Engine engine = engine(model, 8, 16, LAYERS * 16, true)) {
            List<CompletableFuture<Completion>> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                // 256 tokens fill the pool, short rows come before and after
                boolean isLong = i % 10 == 5;
                answers.add(
                        engine.submit(request("row" + i, tokens(isLong ? 157 : 4), randomIds(isLong ? 100 : 20, i))));
            }
            answers.forEach(answer -> assertNull(await(answer).error()));
        }
    }

    @Test
    void aRowThatCouldNeverFitIsAnErrorAtOnce() {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        try (Engine engine = engine(model, 8, 16, LAYERS * 16, true)) {
            assertNull(await(engine.submit(request("fits", tokens(157), randomIds(100, 1))))
                    .error());
            CompletableFuture<Completion> answer = engine.submit(request("long", tokens(158), randomIds(100, 1)));
            assertTrue(answer.isDone());
            assertEquals(Code.PROMPT_TOO_LONG, answer.join().error().code());
        }
    }

    @Test
    void aSharedPrefixIsComputedOnce() {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        int[] shots = randomIds(1000, 1);
        int rows = 20;
        List<Request> requests = IntStream.range(0, rows)
                .mapToObj(i -> request("row" + i, tokens(2), concat(shots, randomIds(30, 100 + i))))
                .toList();
        try (Engine engine = engine(model, 64, 512, 4096, true);
                Engine without = engine(model, 64, 512, 4096, false)) {
            List<CompletableFuture<Completion>> answers =
                    requests.stream().map(engine::submit).toList();
            for (int i = 0; i < rows; i++) {
                Completion answer = await(answers.get(i));
                assertEquals(untimed(await(without.submit(requests.get(i)))), untimed(answer));
                assertTrue(answer.cachedTokens() >= (i == 0 ? 0 : 1000), "row " + i + ": " + answer.cachedTokens());
            }
            EngineStats stats = engine.stats();
            assertEquals((long) rows * 1030, stats.prefillTokens() + stats.cachedTokens());
            assertTrue(stats.prefillTokens() <= 1000 + rows * 30, "computed " + stats.prefillTokens());
            assertEquals(0, without.stats().cachedTokens());
        }
    }

    @Test
    void samplesAndChoicesShareAllButTheirOwnTokens() {
        RandomModel model = new RandomModel(WeightType.F32, 24);
        int[] question = randomIds(100, 3);
        SamplingParams eight = SamplingParams.builder()
                .maxTokens(3)
                .temperature(1)
                .n(8)
                .ignoreEos(true)
                .build();
        try (Engine engine = engine(model, 64, 512, 4096, true)) {
            Completion samples = await(engine.submit(request("samples", eight, question)));
            assertEquals(8, samples.outputs().size());
            assertEquals(100 + 7, engine.stats().prefillTokens(), "seven samples compute the last token only");
            assertEquals(0, samples.cachedTokens(), "the row's first sample found nothing");
            long before = engine.stats().prefillTokens();
            for (int choice = 0; choice < 4; choice++) {
                Completion answer =
                        await(engine.submit(request("choice" + choice, tokens(1), concat(question, 10 + choice, 20))));
                assertTrue(answer.cachedTokens() >= 100, "cached " + answer.cachedTokens());
            }
            assertEquals(4 * 2, engine.stats().prefillTokens() - before);
        }
    }

    @Test
    void cachedBlocksMakeRoomForOthers() {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        int[] first = randomIds(160, 1);
        try (Engine engine = engine(model, 1, 64, LAYERS * 24, true)) {
            Completion fresh = await(engine.submit(request("a", tokens(1), first)));
            assertEquals(
                    159, await(engine.submit(request("a", tokens(1), first))).cachedTokens());
            assertEquals(LAYERS * 10, engine.stats().idleBlocks());
            // 20 more blocks a layer need 6 of the 10 that are idle: the end of the prefix goes first
            await(engine.submit(request("b", tokens(1), randomIds(320, 2))));
            Completion again = await(engine.submit(request("a", tokens(1), first)));
            assertEquals(untimed(fresh), untimed(again));
            assertTrue(again.cachedTokens() >= 48 && again.cachedTokens() < 159, "cached " + again.cachedTokens());
        }
    }

    @Test
    void cancelledRowsGiveTheirBlocksBack() throws InterruptedException {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        try (Engine engine = engine(model, 4, 16, 4096, true)) {
            SamplingParams three = tokens(3000).toBuilder().n(3).build();
            List<CompletableFuture<Completion>> endless = IntStream.range(0, 5)
                    .mapToObj(i -> engine.submit(request("row" + i, three, randomIds(50, i))))
                    .toList();
            endless.forEach(answer -> answer.cancel(false));
            assertNull(await(engine.submit(request("last", tokens(5), 3, 4))).error());
            awaitIdle(engine);
            assertEquals(0, engine.stats().running());
            assertEquals(0, engine.stats().heldBlocks());
        }
    }

    @Test
    void aWindowHoldsAnEighthOfTheFullCacheHoweverLongTheAnswer() {
        int context = 32_768;
        RandomModel model = new RandomModel(WeightType.F32, 4096, context);
        long full = (long) LAYERS * context / 16;
        try (Engine engine = engine(model, 1, 4096, full, true)) {
            CompletableFuture<Completion> answer = engine.submit(request("long", tokens(context - 1), 5));
            int most = 0;
            while (!answer.isDone()) {
                most = Math.max(most, engine.stats().heldBlocks());
                Thread.onSpinWait();
            }
            assertEquals(
                    context - 1, await(answer).outputs().getFirst().tokenIds().size());
            assertTrue(most >= full / 8 && most <= full / 8 + LAYERS, "held " + most + " of " + full);
        }
    }

    @Test
    void theFiguresOfMistral7B() {
        KvLayout layout = new KvLayout(8, 128, KvType.F32);
        int[] windows = IntStream.generate(() -> 4096).limit(32).toArray();
        int[] none = IntStream.generate(() -> RollingCache.NO_WINDOW).limit(32).toArray();
        long rolling = RollingCache.peakBlocks(windows, 32_768, 1) * layout.blockBytes();
        long full = RollingCache.peakBlocks(none, 32_768, 1) * layout.blockBytes();
        assertEquals(8L << 30, full);
        assertEquals((1L << 30) + 32 * layout.blockBytes(), rolling, "an eighth, and the block that is being left");
    }

    @Test
    void memoryThatTheSystemRefusesIsAClearError() {
        RandomModel model = new RandomModel(WeightType.F32, 0);
        EngineOptions options = new EngineOptions(1, 1, 16, Long.MAX_VALUE / 2, KvType.F32, true);
        String message = assertThrows(ModelException.class, () -> Engine.open(model, options, Kernels.get()))
                .getMessage();
        assertTrue(message.contains("engine-memory"), message);
    }
}
