package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sirocco.SmolLm2;
import io.sirocco.kernel.KvType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is measured is what is promised: every row is answered, and every token counted was computed. */
class BulkBenchmarkTest {

    @Test
    void everyTokenCountedIsComputed() {
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
}
