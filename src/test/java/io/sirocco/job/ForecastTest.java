package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.job.EngineSimulation.Machine;
import io.sirocco.job.EngineSimulation.SimulatedRow;
import io.sirocco.job.EngineSimulation.Told;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** How long a run will still take. */
class ForecastTest {

    private static final double LAST = 0.9;

    private static Map<EngineWork, Long> work(long prompts, long answers, long nanos, long prefillNanos) {
        Map<EngineWork, Long> work = new EnumMap<>(EngineWork.class);
        for (EngineWork kind : EngineWork.values()) {
            work.put(kind, 0L);
        }
        work.put(EngineWork.PREFILL_TOKENS, prompts);
        work.put(EngineWork.DECODE_TOKENS, answers);
        work.put(EngineWork.FORWARD_NANOS, nanos);
        work.put(EngineWork.PREFILL_NANOS, prefillNanos);
        return work;
    }

    @Test
    void theWorkedExampleHolds() {
        Forecast forecast = new Forecast(
                1000,
                55_000,
                40,
                new Tally.Rows(100, 10_000, 6000, 2000),
                work(6000, 2000, 60_000, 30_000),
                Duration.ofSeconds(60));
        assertEquals(Optional.of(Duration.ofSeconds(315)), forecast.remaining());
    }

    @Test
    void labelsAreReadAtOneSpeed() {
        Forecast forecast = new Forecast(
                100, 1000, 0, new Tally.Rows(10, 200, 150, 50), work(250, 0, 1000, 1000), Duration.ofSeconds(25));
        assertEquals(Optional.of(Duration.ofSeconds(75)), forecast.remaining());
    }

    @Test
    void nothingIsToldBeforeATwentiethOfTheWork() {
        assertEquals(Optional.empty(), halfKnown(0, 100).remaining());
        assertEquals(Optional.empty(), halfKnown(4, 49).remaining());
        assertEquals(Optional.of(Duration.ofSeconds(190)), halfKnown(4, 50).remaining());
    }

    private static Forecast halfKnown(long inOrder, long tokens) {
        return new Forecast(
                100,
                1100,
                10,
                new Tally.Rows(inOrder, 11 * inOrder, 0, 10 * inOrder),
                work(0, tokens, 1000, 0),
                Duration.ofSeconds(10));
    }

    enum Answers {
        ALWAYS_LONGEST,
        UNIFORM,
        GEOMETRIC,
        SHORT_OR_LONGEST;

        LongSupplier of(int most, Random random) {
            return switch (this) {
                case ALWAYS_LONGEST -> () -> most;
                case UNIFORM -> () -> 1 + random.nextInt(most);
                case GEOMETRIC -> () -> Math.min(most, 1 + (long) (-Math.log(1 - random.nextDouble()) * most / 4));
                case SHORT_OR_LONGEST -> () -> random.nextInt(3) == 0 ? most : 1 + most / 10;
            };
        }
    }

    /**
     * Lengths are random, so a few rows tell little of them, and so do a few steps: jobs have ten thousand rows and more. From the first
     * tenth of the work on the time to go is right within a fifth, but for the last moments, when batches run empty.
     */
    @Property(tries = 40, seed = "1", shrinking = ShrinkingMode.OFF)
    void itIsRightWithinAFifthAfterATenth(
            @ForAll Random random,
            @ForAll @IntRange(min = 2, max = 1000) int medianPrompt,
            @ForAll @DoubleRange(min = 0, max = 0.8) double spread,
            @ForAll @IntRange(min = 10, max = 300) int mostAnswerTokens,
            @ForAll Answers answers,
            @ForAll @DoubleRange(min = 0.6, max = 1.6) double tokensPerEstimate,
            @ForAll @IntRange(min = 1, max = 3) int engines,
            @ForAll @IntRange(min = 8, max = 64) int batch,
            @ForAll @IntRange(min = 1, max = 100) int answerCost) {
        int rows = Math.max(10_000, 300 * engines * batch);
        LongSupplier answer = answers.of(mostAnswerTokens, random);
        List<SimulatedRow> job = Stream.generate(() -> {
                    double prompt = medianPrompt * Math.exp(spread * random.nextGaussian());
                    double noise = 1 + 0.1 * random.nextGaussian();
                    return new SimulatedRow(
                            (long) prompt, 1 + (long) (prompt * tokensPerEstimate * noise), answer.getAsLong());
                })
                .limit(rows)
                .toList();
        Machine machine = new Machine(engines, 2, batch, 20_000, 1000, 200L * answerCost);
        for (Told told : new EngineSimulation(job, mostAnswerTokens, machine).run()) {
            if (told.share() >= 0.1 && told.share() <= LAST) {
                double real = told.real().toNanos();
                double error = told.remaining().orElseThrow().toNanos() - real;
                assertTrue(Math.abs(error) <= 0.2 * real, told::toString);
            }
        }
    }
}
