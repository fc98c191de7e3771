package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import io.sirocco.model.Part;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomRowsTest {

    private static Engine open() {
        EngineOptions options = new EngineOptions(2, 8, 0, 0, KvType.F32, true);
        return Engine.open(new RandomModel(WeightType.F32, 0), options, Kernels.get());
    }

    private static SamplingParams tokens(int tokens) {
        return SamplingParams.builder().maxTokens(tokens).ignoreEos(true).build();
    }

    @Test
    void noTwoBeginAlike() {
        RandomRows rows = new RandomRows(RandomModel.VOCABULARY);
        List<Prompt> prompts = Stream.concat(rows.next(5, 9).stream(), rows.next(3, 9).stream())
                .toList();
        assertEquals(
                8,
                prompts.stream()
                        .map(prompt -> ((Prompt.Ids) prompt).ids().getFirst())
                        .distinct()
                        .count());
        assertEquals(prompts.subList(0, 5), new RandomRows(RandomModel.VOCABULARY).next(5, 9));
    }

    @Test
    void onlyWhatIsAskedAgainIsFoundInThePrefixCache() {
        try (Engine engine = open()) {
            RandomRows rows = new RandomRows(RandomModel.VOCABULARY);
            List<Prompt> prompts = rows.next(8, 40);
            RandomRows.answer(engine, prompts, tokens(1)).forEach(answer -> assertEquals(0, answer.cachedTokens()));
            RandomRows.answer(engine, prompts, tokens(3)).forEach(answer -> assertEquals(39, answer.cachedTokens()));
            RandomRows.answer(engine, rows.next(8, 40), tokens(3))
                    .forEach(answer -> assertEquals(0, answer.cachedTokens()));
        }
    }

    @Test
    void aRowThatIsNotAnsweredIsToldAndNotMeasured() {
        try (Engine engine = open()) {
            List<Prompt> prompts = List.of(new Prompt.Ids(List.of(RandomModel.VOCABULARY)));
            assertTrue(assertThrows(IllegalStateException.class, () -> RandomRows.answer(engine, prompts, tokens(1)))
                    .getMessage()
                    .contains("outside the vocabulary"));
        }
    }

    @Test
    void anInterruptTakesTheRowsOut() throws InterruptedException {
        try (Engine engine = open()) {
            List<Prompt> prompts = new RandomRows(RandomModel.VOCABULARY).next(8, 40);
            Thread.currentThread().interrupt();
            assertThrows(CancellationException.class, () -> RandomRows.answer(engine, prompts, tokens(4000)));
            assertFalse(Thread.interrupted());
            Rows.awaitIdle(engine);
            assertEquals(0, engine.stats().running());
        }
    }

    @Test
    void thePartsOfForwardPassesAreCountedAndWithinThem() {
        try (Engine engine = open()) {
            RandomRows.answer(engine, new RandomRows(RandomModel.VOCABULARY).next(8, 40), tokens(20));
            EngineStats stats = engine.stats();
            long sum = 0;
            for (Part part : Part.values()) {
                long nanos = stats.forwardParts().get(part);
                assertTrue(nanos > 0, part + " took no time");
                sum += nanos;
            }
            assertTrue(sum <= stats.forwardNanos(), sum + " of " + stats.forwardNanos());
        }
    }
}
