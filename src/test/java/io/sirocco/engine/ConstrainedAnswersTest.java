package io.sirocco.engine;

import static io.sirocco.engine.Rows.await;
import static io.sirocco.engine.Rows.untimed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.constraint.Constraint;
import io.sirocco.job.TinyModel;
import io.sirocco.kernel.KvType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of a tiny model, one character a token, under constraints and all sampling options. */
class ConstrainedAnswersTest {

    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Engine.open(TinyModel.path(), EngineOptions.AUTOMATIC.withThreads(2));
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static SamplingParams.Builder choices(String... texts) {
        return SamplingParams.builder().choices(List.of(texts)).maxTokens(20);
    }

    private static SamplingParams.Builder regex(String pattern) {
        return SamplingParams.builder().regex(pattern).maxTokens(20);
    }

    private static Completion answer(String id, SamplingParams params) {
        return await(engine.submit(new Request(id, new Prompt.Text("what is it"), params)));
    }

    private static Output output(SamplingParams params) {
        Completion completion = answer("row", params);
        assertNull(completion.error());
        return completion.outputs().getFirst();
    }

    @Test
    void anAnswerIsOneOfTheChoicesAndEndsWithEos() {
        for (int seed = 0; seed < 20; seed++) {
            Output output = output(
                    choices("yes", "no", "nobody").temperature(2).seed(seed).build());
            assertTrue(List.of("yes", "no", "nobody").contains(output.text()), output.text());
            assertEquals(FinishReason.STOP, output.finishReason());
            assertNull(output.stopReason());
            assertEquals(2, output.tokenIds().getLast());
            assertEquals(output.text().length() + 1, output.tokenIds().size());
        }
    }

    @Test
    void everySamplingOptionStaysWithinTheConstraint() {
        List<SamplingParams> all = List.of(
                regex("[a-f]{3,9}").temperature(1.5).topK(2).build(),
                regex("[a-f]{3,9}").temperature(1.5).topP(0.3).build(),
                regex("[a-f]{3,9}").temperature(1.5).minP(0.5).build(),
                regex("[a-f]{3,9}")
                        .repetitionPenalty(5)
                        .presencePenalty(2)
                        .frequencyPenalty(2)
                        .build(),
                regex("[a-f]{3,9}").temperature(1).n(4).logprobs(3).build(),
                regex("[a-f]{3,9}").minTokens(8).temperature(1).build());
        for (SamplingParams params : all) {
            for (Output output : answer("row", params).outputs()) {
                assertTrue(output.text().matches("[a-f]{3,9}"), output.text());
                assertEquals(FinishReason.STOP, output.finishReason());
                assertTrue(output.tokenIds().size() >= params.minTokens());
            }
        }
    }

    @Test
    void minTokensYieldWhereTheConstraintLeavesNothingElse() {
        assertEquals("no", output(choices("no").minTokens(12).build()).text());
        assertEquals(
                "nobody", output(choices("no", "nobody").minTokens(4).build()).text());
    }

    @Test
    void anAnswerThatDoesNotFitIsCutOrCompleted() {
        SamplingParams cut = regex("[a-z ]{12,}\\.").maxTokens(10).build();
        assertEquals(FinishReason.LENGTH, output(cut).finishReason());
        Output completed =
                output(regex("[a-z ]{5,}\\.").maxTokens(10).complete(true).build());
        assertEquals(FinishReason.STOP, completed.finishReason());
        assertTrue(completed.text().matches("[a-z ]{5,8}\\."), completed.text());
        Completion never = answer("row", cut.toBuilder().complete(true).build());
        assertEquals(Code.CONSTRAINT_ERROR, never.error().code());
        assertTrue(
                never.error().message().contains("the shortest takes 14"),
                never.error().message());
    }

    /** Tokens of which there is but one are prefilled together; what is reported of them is what picking them one by one reports. */
    @Test
    void forcedTokensHaveTheModelsOwnLogprobs() {
        Output forced = output(choices("abcdefgh").logprobs(2).build());
        long before = engine.stats().steps();
        Output again = output(choices("abcdefgh").logprobs(2).build());
        assertEquals(3, engine.stats().steps() - before, "the prompt, then two chunks of four");
        assertEquals(forced, again);
        // The same tokens as a prompt: the model's own log-probabilities of them.
        List<Integer> prompt = new ArrayList<>(List.of(1));
        "what is it".chars().forEach(c -> prompt.add(c == ' ' ? 3 : c - 'a' + 4));
        int asked = prompt.size();
        prompt.addAll(forced.tokenIds());
        Completion scored = await(engine.submit(new Request(
                "row",
                new Prompt.Ids(prompt),
                SamplingParams.builder().maxTokens(1).promptLogprobs(true).build())));
        for (int i = 0; i < forced.tokenIds().size(); i++) {
            assertEquals(
                    scored.promptLogprobs().get(asked + i),
                    forced.logprobs().get(i).logprob());
        }
    }

    @Test
    void batchesChunksAndThreadsChangeNoBit() {
        List<SamplingParams> all = List.of(
                choices("alpha", "alphabet", "beta").temperature(1).logprobs(1).build(),
                regex("(ab|cd){1,6}x{9}").temperature(1).n(3).build(),
                regex("[a-z]{1,30}abcdef").temperature(2).complete(true).build(),
                regex(".*").temperature(1).build());
        List<Completion> alone = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            alone.add(untimed(answer("row" + i, all.get(i))));
        }
        EngineOptions small = new EngineOptions(1, 3, 2, 0, KvType.F32, false);
        try (Engine other = Engine.open(TinyModel.path(), small)) {
            for (Engine engine : List.of(engine, other)) {
                List<CompletableFuture<Completion>> together = new ArrayList<>();
                for (int i = 0; i < all.size(); i++) {
                    together.add(engine.submit(new Request("row" + i, new Prompt.Text("what is it"), all.get(i))));
                }
                for (int i = 0; i < all.size(); i++) {
                    assertEquals(alone.get(i), untimed(await(together.get(i))));
                }
            }
        }
    }

    @Test
    void whatCannotBeMadeIsTheRowsOwnError() {
        assertEquals(
                Code.CONSTRAINT_ERROR,
                answer("row", regex("a(?=b)").build()).error().code());
        Completion none = answer("row", choices("42").build());
        assertEquals(Code.CONSTRAINT_ERROR, none.error().code());
        assertFalse(none.error().message().isEmpty());
        assertEquals("no", output(choices("no").build()).text(), "the engine goes on");
    }

    @Test
    void aConstraintIsWhatTheBuilderWasGivenLast() {
        Constraint yes = new Constraint.Choices(List.of("yes"));
        SamplingParams job = SamplingParams.builder().constraint(yes).build();
        assertEquals(yes, job.toBuilder().seed(3).build().constraint());
        assertEquals(
                new Constraint.Regex("a"), job.toBuilder().regex("a").build().constraint());
    }
}
