package io.sirocco.cli;

import io.sirocco.cache.RollingCache;
import io.sirocco.engine.Completion;
import io.sirocco.engine.Engine;
import io.sirocco.engine.EngineStats;
import io.sirocco.engine.Prompt;
import io.sirocco.engine.RandomRows;
import io.sirocco.engine.SamplingParams;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.model.ModelConfig;
import io.sirocco.model.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures an engine on rows of random tokens, greedy, all submitted at once:
 *
 * <ul>
 *   <li>prefill: new prompts and one new token each, which comes out of the prompt's own pass; prompt tokens over time
 *   <li>decode: the same prompts again, which the prefix cache has, so that every pass is one token of each row; new tokens over time
 *   <li>total: new prompts and all new tokens; prompt and new tokens over time
 * </ul>
 */
final class BenchModel {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final int WARM_UP_TOKENS = 16;

    /** One measured run: how long it took, and nanoseconds by part of the engine's work. */
    private record Run(double seconds, Map<String, Long> parts, List<Completion> answers) {}

    private final Engine engine;
    private final RandomRows rows;
    private final int promptTokens;
    private final int newTokens;
    private final int repeat;
    private final Consumer<String> phase;
    private final Map<String, Map<String, Long>> parts = new LinkedHashMap<>();

    BenchModel(Engine engine, int vocabSize, int promptTokens, int newTokens, int repeat, Consumer<String> phase) {
        this.engine = engine;
        rows = new RandomRows(vocabSize);
        this.promptTokens = promptTokens;
        this.newTokens = newTokens;
        this.repeat = repeat;
        this.phase = phase;
    }

    /** Short rows until the code is compiled; they do not count. */
    void warmUp(int batch) {
        phase.accept("warming up");
        long end = System.nanoTime() + WARM_UP.toNanos();
        do {
            run(rows.next(batch, Math.min(promptTokens, WARM_UP_TOKENS)), Math.min(newTokens, WARM_UP_TOKENS));
        } while (System.nanoTime() < end);
    }

    /** @param name what the times by part are called: {@code name_prefill}, {@code name_decode}, {@code name_total} */
    Throughput measure(String name, int batch) {
        List<Throughput> runs = new ArrayList<>();
        for (int i = 0; i < repeat; i++) {
            phase.accept(String.format(Locale.ROOT, "measuring %s, %d of %d", name, i + 1, repeat));
            List<Prompt> prompts = rows.next(batch, promptTokens);
            double prefill = add(name + "_prefill", run(prompts, 1));
            double decode = add(name + "_decode", checkFound(run(prompts, newTokens)));
            double total = add(name + "_total", run(rows.next(batch, promptTokens), newTokens));
            double promptSum = (double) batch * promptTokens;
            double newSum = (double) batch * newTokens;
            runs.add(new Throughput(
                    batch,
                    promptTokens,
                    newTokens,
                    promptSum / prefill,
                    newSum / decode,
                    (promptSum + newSum) / total));
        }
        return Throughput.median(runs);
    }

    /** Shares of the engine's time by part of its work, of all that was measured under a name. */
    Map<String, Map<String, Double>> shares() {
        Map<String, Map<String, Double>> shares = new LinkedHashMap<>();
        parts.forEach((name, nanos) -> {
            double sum = nanos.values().stream().mapToLong(Long::longValue).sum();
            Map<String, Double> of = new LinkedHashMap<>();
            nanos.forEach((part, value) -> of.put(part, value / sum));
            shares.put(name, of);
        });
        return shares;
    }

    private Run run(List<Prompt> prompts, int tokens) {
        SamplingParams params =
                SamplingParams.builder().maxTokens(tokens).ignoreEos(true).build();
        EngineStats before = engine.stats();
        long begin = System.nanoTime();
        List<Completion> answers = RandomRows.answer(engine, prompts, params);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Run(seconds, parts(before, engine.stats()), answers);
    }

    private static Map<String, Long> parts(EngineStats before, EngineStats after) {
        Map<String, Long> parts = new LinkedHashMap<>();
        long waiting = after.forwardNanos() - before.forwardNanos();
        for (Part part : Part.values()) {
            long nanos = after.forwardParts().get(part) - before.forwardParts().get(part);
            parts.put(part.name().toLowerCase(Locale.ROOT), nanos);
            waiting -= nanos;
        }
        parts.put("waiting", waiting);
        parts.put("sampling", after.samplingNanos() - before.samplingNanos());
        parts.put("scheduling", after.schedulingNanos() - before.schedulingNanos());
        return parts;
    }

    /** Adds the run's times up and returns its seconds. */
    private double add(String name, Run run) {
        Map<String, Long> sums = parts.computeIfAbsent(name, _ -> new LinkedHashMap<>());
        run.parts().forEach((part, nanos) -> sums.merge(part, nanos, Long::sum));
        return run.seconds();
    }

    /** All of a prompt but its last token, whose logits are wanted. */
    private Run checkFound(Run run) {
        for (Completion answer : run.answers()) {
            if (answer.cachedTokens() < promptTokens - 1) {
                throw new IllegalStateException("the prefix cache has only " + answer.cachedTokens() + " of "
                        + promptTokens + " prompt tokens, so decode cannot be measured alone; give fewer rows");
            }
        }
        return run;
    }

    /** Bytes of keys and values that so many rows hold at their longest. */
    static long keyValueBytes(ModelConfig config, KvType type, int batch, int tokens) {
        long block = new KvLayout(config.kvHeads(), config.headDim(), type).blockBytes();
        return batch * block * RollingCache.peakBlocks(config.windows(), tokens, 1);
    }
}
