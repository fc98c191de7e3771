package io.sirocco.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured is right. */
class BenchmarkCorrectnessTest {

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void theMeasuredProductIsTheOracles(WeightType type) {
        MultiplyBenchmark benchmark = new MultiplyBenchmark();
        benchmark.type = type;
        benchmark.rows = 96;
        benchmark.columns = 256;
        benchmark.tokens = 9;
        benchmark.prepare();
        try {
            float[] expected = benchmark.multiply(Kernels.scalar()).clone();
            MultiplyBenchmark.Work work = new MultiplyBenchmark.Work();
            assertArrayEquals(expected, benchmark.multiply(work));
            assertEquals(2L * 96 * 256 * 9, work.flops);
        } finally {
            benchmark.close();
        }
    }
}
