package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sirocco.engine.Scores.Score;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.WeightType;
import io.sirocco.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/**
 * The first promise: an answer is a function of the row, the model and the parameters, whatever runs beside it and however the engine
 * runs. What each row answers alone, token by token and in the scalar arithmetic, it must answer in every mix, to the last bit.
 */
class SameRowSameBytesTest {

    /** A model to be loaded; window 0 is none. */
    record Model(WeightType type, int window, KvType kvType) {}

    /** One row of a mix. */
    record Row(List<Integer> prompt, SamplingParams params, boolean cancelled) {
        Request request(int index) {
            return new Request("row" + index, new Prompt.Ids(prompt), params);
        }
    }

    /** A context and continuations of it to score. */
    record Choices(List<Integer> context, List<List<Integer>> continuations, boolean cancelled) {
        ScoreRequest request() {
            return new ScoreRequest(new Prompt.Ids(context), continuations);
        }

        int longest() {
            return continuations.stream().mapToInt(List::size).max().orElseThrow();
        }
    }

    /** How the engine runs; the pool has this many blocks more than its bare minimum, or plenty if negative. */
    record Settings(int threads, int maxBatch, int chunk, int spareBlocks, boolean prefixCache) {}

    @Provide
    Arbitrary<Model> models() {
        return Combinators.combine(
                        Arbitraries.of(WeightType.F32, WeightType.BF16, WeightType.Q8_0),
                        Arbitraries.of(0, 0, 1, 3, 16, 17, 40),
                        Arbitraries.of(KvType.values()))
                .as(Model::new);
    }

    /** Rows of up to several windows, many of which begin alike. */
    @Provide
    Arbitrary<List<Row>> mixes() {
        return Combinators.combine(prompts(), params(), Arbitraries.of(false, false, false, false, true))
                .as(Row::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    private static Arbitrary<List<Integer>> prompts() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.integers().between(1, 40),
                        Arbitraries.longs())
                .as((prefix, shared, own, seed) -> IntStream.concat(
                                new Random(prefix)
                                        .ints(100, 0, RandomModel.VOCABULARY)
                                        .limit(shared),
                                new Random(seed).ints(own, 0, RandomModel.VOCABULARY))
                        .boxed()
                        .toList());
    }

    /** Questions with choices of one token and of many, some of which are equal. */
    @Provide
    Arbitrary<List<Choices>> questions() {
        Arbitrary<List<Integer>> continuations = Combinators.combine(
                        Arbitraries.of(1, 1, 2, 3, 16, 17, 40),
                        Arbitraries.longs().between(0, 9))
                .as((n, seed) -> new Random(seed)
                        .ints(n, 0, RandomModel.VOCABULARY)
                        .boxed()
                        .toList());
        return Combinators.combine(
                        prompts(),
                        continuations.list().ofMinSize(1).ofMaxSize(5),
                        Arbitraries.of(false, false, false, false, true))
                .as(Choices::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    private static Arbitrary<SamplingParams> params() {
        Arbitrary<SamplingParams.Builder> sampled = Combinators.combine(
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.of(0.0, 0.7, 1.5),
                        Arbitraries.of(1.0, 0.9, 0.4),
                        Arbitraries.of(0, 1, 5, 30),
                        Arbitraries.of(0.0, 0.1),
                        Arbitraries.of(1, 1, 1, 2, 4),
                        Arbitraries.longs().between(0, 3))
                .as((maxTokens, temperature, topP, topK, minP, n, seed) -> SamplingParams.builder()
                        .maxTokens(maxTokens)
                        .temperature(temperature)
                        .topP(topP)
                        .topK(topK)
                        .minP(minP)
                        .n(n)
                        .seed(seed));
        return Combinators.combine(
                        sampled,
                        Arbitraries.of(1.0, 1.3),
                        Arbitraries.of(0.0, 0.5),
                        Arbitraries.of(0.0, -0.4),
                        Arbitraries.of(List.<Integer>of(), List.of(7), List.of(11, 30, 31)),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as((builder, repetition, presence, frequency, stops, minTokens, ignoreEos, promptLogprobs) -> {
                    int most = builder.build().maxTokens();
                    return builder.repetitionPenalty(repetition)
                            .presencePenalty(presence)
                            .frequencyPenalty(frequency)
                            .stopTokenIds(stops)
                            .minTokens(Math.min(most, minTokens))
                            .ignoreEos(ignoreEos)
                            .logprobs(2)
                            .promptLogprobs(promptLogprobs)
                            .build();
                });
    }

    @Provide
    Arbitrary<Settings> settings() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(1, 2, 3, 5, 8, 64),
                        Arbitraries.of(1, 2, 7, 15, 16, 17, 39, 51, 120),
                        Arbitraries.of(0, 1, 2, 3, 8, 20, -1),
                        Arbitraries.of(true, false))
                .as(Settings::new);
    }

    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void anAnswerIsThatOfTheRowAlone(
            @ForAll("models") Model model, @ForAll("mixes") List<Row> rows, @ForAll("settings") Settings settings) {
        check(model, rows, settings);
        for (String rare : List.of("rows were put back", "prefixes were found")) {
            Statistics.label(rare).coverage(checker -> checker.check(true).percentage(share -> share > 5));
        }
    }

    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void aScoreIsThatOfTheContinuationAlone(
            @ForAll("models") Model model,
            @ForAll("questions") List<Choices> questions,
            @ForAll("mixes") List<Row> rows,
            @ForAll("settings") Settings settings) {
        try (RandomModel weights = new RandomModel(model.type(), model.window())) {
            List<List<Score>> alone = scoresAlone(weights, model.kvType(), questions);
            EngineOptions options = options(weights, model.kvType(), mostFed(rows, questions), settings);
            try (Engine engine = Engine.open(weights, options, Kernels.get())) {
                List<CompletableFuture<Scores>> answers = new ArrayList<>();
                for (int i = 0; i < Math.max(rows.size(), questions.size()); i++) {
                    if (i < rows.size()) {
                        CompletableFuture<Completion> _ =
                                engine.submit(rows.get(i).request(i));
                    }
                    if (i < questions.size()) {
                        answers.add(engine.score(questions.get(i).request()));
                    }
                }
                for (int i = 0; i < questions.size(); i++) {
                    if (questions.get(i).cancelled()) {
                        answers.get(i).cancel(false);
                    }
                }
                for (int i = 0; i < questions.size(); i++) {
                    if (!questions.get(i).cancelled()) {
                        Scores scores = answers.get(i).join();
                        assertNull(scores.error());
                        assertEquals(alone.get(i), scores.continuations(), "question " + i);
                    }
                }
                Statistics.label("branches were put back")
                        .collect(engine.stats().preemptions() > 0);
            }
        }
        Statistics.label("branches were put back")
                .coverage(checker -> checker.check(true).percentage(share -> share > 5));
    }

    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    @Tag("every-width")
    void soItIsAtEveryVectorWidth(
            @ForAll("models") Model model, @ForAll("mixes") List<Row> rows, @ForAll("settings") Settings settings) {
        check(model, rows, settings);
    }

    private static void check(Model model, List<Row> rows, Settings settings) {
        try (RandomModel weights = new RandomModel(model.type(), model.window())) {
            List<Completion> alone = alone(weights, model.kvType(), rows);
            try (Engine engine = Engine.open(
                    weights, options(weights, model.kvType(), mostFed(rows, List.of()), settings), Kernels.get())) {
                List<CompletableFuture<Completion>> answers = new ArrayList<>();
                for (int i = 0; i < rows.size(); i++) {
                    answers.add(engine.submit(rows.get(i).request(i)));
                }
                for (int i = 0; i < rows.size(); i++) {
                    if (rows.get(i).cancelled()) {
                        answers.get(i).cancel(false);
                    }
                }
                for (int i = 0; i < rows.size(); i++) {
                    if (!rows.get(i).cancelled()) {
                        assertEquals(alone.get(i), untimed(answers.get(i).join()), "row " + i);
                    }
                }
                // What was computed for these is found by those.
                for (int i = 0; i < rows.size(); i++) {
                    assertEquals(
                            alone.get(i),
                            untimed(engine.submit(rows.get(i).request(i)).join()),
                            "row " + i + " again");
                }
                assertEquals(0, engine.stats().heldBlocks());
                Statistics.label("rows were put back").collect(engine.stats().preemptions() > 0);
                Statistics.label("prefixes were found").collect(engine.stats().cachedTokens() > 0);
            }
        }
    }

    private static List<Completion> alone(RandomModel weights, KvType kvType, List<Row> rows) {
        List<Completion> answers = new ArrayList<>();
        EngineOptions oneByOne = new EngineOptions(1, 1, 1, 1 << 22, kvType, false);
        try (Engine engine = Engine.open(weights, oneByOne, Kernels.scalar())) {
            for (int i = 0; i < rows.size(); i++) {
                Completion answer = engine.submit(rows.get(i).request(i)).join();
                assertNull(answer.error());
                answers.add(untimed(answer));
            }
        }
        return answers;
    }

    /** Each continuation by itself. */
    private static List<List<Score>> scoresAlone(RandomModel weights, KvType kvType, List<Choices> questions) {
        EngineOptions oneByOne = new EngineOptions(1, 1, 1, 1 << 22, kvType, false);
        try (Engine engine = Engine.open(weights, oneByOne, Kernels.scalar())) {
            return questions.stream()
                    .map(question -> question.continuations().stream()
                            .map(continuation -> {
                                Prompt context = new Prompt.Ids(question.context());
                                Scores scores = engine.score(new ScoreRequest(context, List.of(continuation)))
                                        .join();
                                assertNull(scores.error());
                                return scores.continuations().getFirst();
                            })
                            .toList())
                    .toList();
        }
    }

    /** Most tokens of a row or continuation that need keys and values. */
    private static int mostFed(List<Row> rows, List<Choices> questions) {
        return IntStream.concat(
                        rows.stream()
                                .mapToInt(row ->
                                        row.prompt().size() + row.params().maxTokens() - 1),
                        questions.stream()
                                .mapToInt(question -> question.context().size() + question.longest() - 1))
                .max()
                .orElseThrow();
    }

    private static EngineOptions options(RandomModel weights, KvType kvType, int mostFed, Settings settings) {
        long least = Scheduler.leastBlocks(ModelConfig.of(weights).windows(), mostFed);
        long blocks = settings.spareBlocks() < 0 ? 4096 : least + settings.spareBlocks();
        return new EngineOptions(
                settings.threads(),
                settings.maxBatch(),
                settings.chunk(),
                blocks * new KvLayout(2, 8, kvType).blockBytes(),
                kvType,
                settings.prefixCache());
    }

    /** Without what depends on the clock and on what ran before. */
    private static Completion untimed(Completion c) {
        return new Completion(c.outputs(), c.promptTokens(), 0, c.promptLogprobs(), c.error(), 0, 0);
    }
}
