package io.sirocco.engine;

import io.sirocco.kernel.KvType;
import io.sirocco.weights.ModelSource;
import io.sirocco.weights.PullProgress;
import java.util.List;
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

/** The engine fed directly: rows of 128 prompt and 64 new tokens each, no two of which begin alike, all in flight at once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class BulkBenchmark {

    static final int PROMPT_TOKENS = 128;
    static final int NEW_TOKENS = 64;

    @Param({"smollm2-135m"})
    public String model;

    @Param({"1", "8", "32", "64", "128"})
    public int rows;

    @Param({"0"})
    public int threads;

    @Param({"F32"})
    public KvType kvType;

    @Param({"0"})
    public double temperature;

    private Engine engine;
    private final RandomRows prompts = new RandomRows(40_000);

    /** Tokens a second, prompts and answers together. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Tokens {
        public long tokens;
    }

    @Setup
    public void open() {
        engine = Engine.open(
                ModelSource.fromEnvironment().resolve(model, PullProgress.NONE),
                new EngineOptions(threads, rows, 0, 0, kvType, true));
    }

    @TearDown
    public void close() {
        engine.close();
    }

    @Benchmark
    public List<Completion> bulk(Tokens tokens) {
        SamplingParams params = SamplingParams.builder()
                .maxTokens(NEW_TOKENS)
                .temperature(temperature)
                .ignoreEos(true)
                .build();
        tokens.tokens += (long) rows * (PROMPT_TOKENS + NEW_TOKENS);
        return RandomRows.answer(engine, prompts.next(rows, PROMPT_TOKENS), params);
    }
}
