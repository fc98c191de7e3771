package io.sirocco.engine;

import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a step costs beside the arithmetic: one token for each of some rows, on a model whose arithmetic is next to nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StepBenchmark {

    static final int STEPS = 500;

    @Param({"1", "64"})
    public int rows;

    @Param({"1", "2"})
    public int threads;

    private Engine engine;

    @Setup
    public void open() {
        EngineOptions options = new EngineOptions(threads, rows, 0, 0, KvType.F32, true);
        engine = Engine.open(new RandomModel(WeightType.F32, 64), options, Kernels.get());
    }

    @TearDown
    public void close() {
        engine.close();
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public List<Completion> steps() {
        SamplingParams params =
                SamplingParams.builder().maxTokens(STEPS).ignoreEos(true).build();
        List<CompletableFuture<Completion>> answers = IntStream.range(0, rows)
                .mapToObj(row -> engine.submit(new Request("row" + row, new Prompt.Ids(List.of(3 + row % 60)), params)))
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    long stepsDone() {
        return engine.stats().steps();
    }
}
