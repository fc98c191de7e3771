package io.sirocco.engine;

import io.sirocco.kernel.KvType;
import io.sirocco.weights.ModelSource;
import io.sirocco.weights.PullProgress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** Few-shot rows: 1,000 common tokens, which are new each time, 60 of each row's own, and an answer of one token. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class PrefixBenchmark {

    static final int COMMON_TOKENS = 1000;
    static final int OWN_TOKENS = 60;

    @Param({"smollm2-135m"})
    public String model;

    @Param({"32"})
    public int rows;

    @Param({"true", "false"})
    public boolean prefixCache;

    private Engine engine;
    private final Random random = new Random(1);

    @Setup
    public void open() {
        engine = Engine.open(
                ModelSource.fromEnvironment().resolve(model, PullProgress.NONE),
                new EngineOptions(0, 0, 0, 0, KvType.F32, prefixCache));
    }

    @TearDown
    public void close() {
        engine.close();
    }

    @Benchmark
    public List<Completion> shots() {
        SamplingParams one = SamplingParams.builder().maxTokens(1).build();
        List<Integer> common = random.ints(COMMON_TOKENS, 100, 40_000).boxed().toList();
        List<CompletableFuture<Completion>> answers = IntStream.range(0, rows)
                .mapToObj(row -> engine.submit(new Request("row" + row, prompt(common), one)))
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private Prompt prompt(List<Integer> common) {
        IntStream own = random.ints(OWN_TOKENS, 100, 40_000);
        return new Prompt.Ids(
                IntStream.concat(common.stream().mapToInt(Integer::intValue), own)
                        .boxed()
                        .toList());
    }
}
