package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** How long the prompts of a step take of its time. */
class StepTimesTest {

    @Test
    void theWorkedExampleHolds() {
        StepTimes times = new StepTimes();
        assertEquals(0, times.prefillNanos(0, 10, 100_000));
        assertEquals(200_000.0, (double) times.prefillNanos(100, 10, 300_000), 1.0);
    }

    @Test
    void aStepOfOneKindIsAllOfThatKind() {
        StepTimes times = new StepTimes();
        assertEquals(700, times.prefillNanos(3, 0, 700));
        assertEquals(0, times.prefillNanos(0, 3, 700));
    }

    @Test
    void stepsThatAreAllAlikeAreSharedOutByTokens() {
        StepTimes times = new StepTimes();
        for (int i = 0; i < 100; i++) {
            assertEquals(750, times.prefillNanos(30, 10, 1000));
        }
    }

    @Property
    void costsThatHoldForAllStepsAreFoundAtTheSecond(
            @ForAll @LongRange(min = 1, max = 1_000_000) long prompt,
            @ForAll @LongRange(min = 1, max = 1_000_000) long answer,
            @ForAll @LongRange(min = 1, max = 512) long prompts,
            @ForAll @LongRange(min = 1, max = 64) long answers) {
        StepTimes times = new StepTimes();
        times.prefillNanos(prompts + 100, answers, prompt * (prompts + 100) + answer * answers);
        long found = times.prefillNanos(prompts, answers, prompt * prompts + answer * answers);
        double all = (double) prompt * prompts + (double) answer * answers;
        assertEquals((double) prompt * prompts, (double) found, 1 + 0.01 * all);
    }
}
