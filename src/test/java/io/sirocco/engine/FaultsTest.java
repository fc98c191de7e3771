package io.sirocco.engine;

import static io.sirocco.engine.Rows.await;
import static io.sirocco.engine.Rows.awaitIdle;
import static io.sirocco.engine.Rows.randomIds;
import static io.sirocco.engine.Rows.request;
import static io.sirocco.engine.Rows.untimed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.Code;
import io.sirocco.kernel.FailingKernels;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One row's trouble stays in that row, one step's in its rows; the engine goes on. */
class FaultsTest {

    private static final SamplingParams TEN =
            SamplingParams.builder().maxTokens(10).ignoreEos(true).build();
    private static final EngineOptions OPTIONS = new EngineOptions(2, 8, 16, 0, KvType.F32, true);

    @ParameterizedTest
    @ValueSource(ints = {10, 40})
    void logitsThatAreNotNumbersEndTheirRowOnly(int poisonedAt) {
        int poison = 63;
        List<Request> requests = IntStream.range(0, 6)
                .mapToObj(i -> request(
                        "row" + i,
                        TEN,
                        IntStream.of(randomIds(50, i))
                                .map(id -> id == poison ? 4 : id)
                                .toArray()))
                .toList();
        int[] bad = randomIds(50, 99);
        bad[poisonedAt] = poison;
        try (Engine sound = Engine.open(new RandomModel(WeightType.F32, 24), OPTIONS, Kernels.get());
                Engine engine =
                        Engine.open(new RandomModel(WeightType.F32, 24).poison(poison), OPTIONS, Kernels.get())) {
            CompletableFuture<Completion> first = engine.submit(requests.getFirst());
            CompletableFuture<Completion> three =
                    engine.submit(request("bad", TEN.toBuilder().n(3).build(), bad));
            List<CompletableFuture<Completion>> others =
                    requests.stream().skip(1).map(engine::submit).toList();
            assertEquals(Code.NON_FINITE_LOGITS, await(three).error().code());
            assertTrue(await(three).outputs().isEmpty());
            assertEquals(untimed(await(sound.submit(requests.getFirst()))), untimed(await(first)));
            for (int i = 0; i < others.size(); i++) {
                assertEquals(untimed(await(sound.submit(requests.get(i + 1)))), untimed(await(others.get(i))));
            }
            assertEquals(0, engine.stats().heldBlocks());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"assertion", "memory"})
    void aStepThatFailsFailsItsRowsAndNoOthers(String kind) throws InterruptedException {
        FailingKernels kernels = new FailingKernels();
        try (Engine engine = Engine.open(new RandomModel(WeightType.F32, 0), OPTIONS, kernels.kernels())) {
            Completion before = await(engine.submit(request("row", TEN, 3, 4, 5)));
            Error error = kind.equals("memory") ? new OutOfMemoryError("heap") : new AssertionError("broken");
            error.setStackTrace(new StackTraceElement[0]); // it is logged, once
            kernels.failWith(error);
            CompletableFuture<Completion> failed = engine.submit(request("row", TEN, 3, 4, 5));
            assertEquals(Code.INTERNAL, await(failed).error().code());
            assertTrue(await(failed).error().message().contains("a step of the engine failed"));
            awaitIdle(engine);
            assertEquals(0, engine.stats().heldBlocks());
            Completion after = await(engine.submit(request("row", TEN, 3, 4, 5)));
            assertNull(after.error());
            assertEquals(untimed(before), untimed(after));
        }
    }
}
