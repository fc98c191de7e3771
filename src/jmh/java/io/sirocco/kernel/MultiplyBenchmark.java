package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
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

    private final Kernels kernels = Kernels.get();
    private Arena arena;
    private Team team;
    private Linear weights;
    private float[] x;
    private float[] y;

    /** Floating-point operations, an FMA counting as two. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long flops;
    }

    @Setup
    @SuppressWarnings("MustBeClosedChecker")
    public void prepare() {
        arena = Arena.ofShared();
        team = new Team(1);
        weights = new Linear(List.of(Matrix.pack(type, rows, columns, randomRows(), arena)));
        Random random = new Random(1);
        x = new float[tokens * columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        y = new float[tokens * rows];
    }

    /** A few rows of bytes, over and over; clearing a bit of each keeps all floats and scales finite. */
    private RowSource randomRows() {
        Random random = new Random(2);
        byte[][] some = new byte[61][Math.toIntExact(type.rowBytes(columns))];
        for (byte[] row : some) {
            random.nextBytes(row);
            for (int i = 0; i < row.length; i++) {
                row[i] &= (byte) 0xBB;
            }
        }
        return r -> MemorySegment.ofArray(some[r % some.length]);
    }

    @TearDown
    public void close() {
        team.close();
        arena.close();
    }

    @Benchmark
    public float[] multiply(Work work) {
        multiply(kernels);
        work.flops += 2L * rows * columns * tokens;
        return y;
    }

    /** The product by any provider: the correctness test's way in. */
    float[] multiply(Kernels provider) {
        team.run(worker -> {
            provider.multiply(weights, x, columns, tokens, y, rows, Kernels.Then.STORE, worker);
            worker.barrier();
        });
        return y;
    }
}
