package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.SmolLm2;
import io.sirocco.kernel.KvType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is measured is what is promised: every row is answered, every token counted was computed or, where it should be, found. */
class EngineBenchmarksTest {

    @Test
    void everyBulkTokenIsComputed() {
        BulkBenchmark benchmark = new BulkBenchmark();
        benchmark.model = SmolLm2.path().toString();
        benchmark.rows = 3;
        benchmark.threads = 2;
        benchmark.kvType = KvType.F32;
        benchmark.open();
        try {
            BulkBenchmark.Tokens tokens = new BulkBenchmark.Tokens();
            List<Completion> answers = benchmark.bulk(tokens);
            assertEquals(3 * 192, tokens.tokens);
            for (Completion answer : answers) {
                assertNull(answer.error());
                assertEquals(0, answer.cachedTokens());
                assertEquals(128, answer.promptTokens());
                assertEquals(64, answer.outputs().getFirst().tokenIds().size());
            }
        } finally {
            benchmark.close();
        }
    }

    @Test
    void aPrefixIsFoundWithTheCacheOnly() {
        for (boolean prefixCache : new boolean[] {true, false}) {
            PrefixBenchmark benchmark = new PrefixBenchmark();
            benchmark.model = SmolLm2.path().toString();
            benchmark.rows = 3;
            benchmark.prefixCache = prefixCache;
            benchmark.open();
            try {
                List<Completion> answers = benchmark.shots();
                for (int row = 0; row < 3; row++) {
                    assertNull(answers.get(row).error());
                    int cached = answers.get(row).cachedTokens();
                    assertTrue(prefixCache && row > 0 ? cached >= 1000 : cached == 0, "row " + row + ": " + cached);
                }
            } finally {
                benchmark.close();
            }
        }
    }

    @Test
    void aStepIsATokenOfEveryRow() {
        StepBenchmark benchmark = new StepBenchmark();
        benchmark.rows = 2;
        benchmark.threads = 1;
        benchmark.open();
        try {
            for (Completion answer : benchmark.steps()) {
                assertEquals(StepBenchmark.STEPS, answer.outputs().getFirst().tokenIds().size());
            }
            assertTrue(benchmark.stepsDone() >= StepBenchmark.STEPS);
        } finally {
            benchmark.close();
        }
    }
}
