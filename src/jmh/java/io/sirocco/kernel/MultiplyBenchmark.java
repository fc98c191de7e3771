package io.sirocco.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Matrix products of one worker; {@code flops} is to be read as a share of {@link PeakBenchmark}'s in the same run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MultiplyBenchmark {

    @Param({"BF16", "F32", "F16", "Q8_0", "Q4_0"})
    public WeightType type;

    @Param({"3072"})
    public int rows;

    @Param({"576"})
    public int columns;

    @Param({"512", "32", "1"})
    public int tokens;

    private Team team;
    private RandomProduct product;

    /** Floating-point operations, an FMA counting as two. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long flops;
    }

    @Setup
    public void prepare() {
        team = new Team(1);
        product = new RandomProduct(type, rows, columns, 1, tokens);
    }

    @TearDown
    public void close() {
        team.close();
        product.close();
    }

    @Benchmark
    public float[] multiply(Work work) {
        work.flops += product.flops(tokens);
        return multiply(Kernels.get());
    }

    /** The product by any provider: the correctness test's way in. */
    float[] multiply(Kernels kernels) {
        return product.multiply(kernels, tokens, team);
    }
}
