package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.text.SmallTokenizers;
import io.sirocco.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What ends an answer, and what of it is its text. */
class StopsTest {

    private static final int EOS = 2;

    /** Appends tokens until the answer ends; the ids that are left over are not used. */
    private static Output answer(Tokenizer tokenizer, SamplingParams params, int... ids) {
        Request request = new Request("row", new Prompt.Ids(List.of(1)), params);
        EndConditions ends = new EndConditions(Set.of(EOS), Optional.of(tokenizer));
        Generation group = new Generation(request, new int[] {1}, ends, null, new CompletableFuture<>());
        Sample sample = group.sequences().getFirst();
        for (int id : ids) {
            if (!sample.isFinished()) {
                sample.append(new TokenLogprobs(id, -1, List.of()));
            }
        }
        assertTrue(sample.isFinished(), "the answer goes on");
        return sample.output();
    }

    private static SamplingParams params(int maxTokens, String... stop) {
        return SamplingParams.builder().maxTokens(maxTokens).stop(List.of(stop)).build();
    }

    private static void assertOutput(String text, int tokens, FinishReason reason, String stopReason, Output output) {
        assertEquals(text, output.text());
        assertEquals(tokens, output.tokenIds().size());
        assertEquals(reason, output.finishReason());
        assertEquals(stopReason, output.stopReason());
        assertEquals(-tokens, output.cumulativeLogprob());
    }

    @Test
    void eosEndsAnAnswerAndIsNotPartOfItsText() {
        try (Tokenizer tokenizer = SmallTokenizers.ofBytes()) {
            int[] ids = Rows.concat(tokenizer.encode("abc", false), EOS, 5);
            assertOutput("abc", 4, FinishReason.STOP, null, answer(tokenizer, params(100), ids));
            assertOutput("ab", 2, FinishReason.LENGTH, null, answer(tokenizer, params(2), ids));
            SamplingParams on =
                    SamplingParams.builder().maxTokens(5).ignoreEos(true).build();
            assertEquals(5, answer(tokenizer, on, ids).tokenIds().size());
        }
    }

    @Test
    void aStopTextIsFoundAcrossTokensAndCut() {
        try (Tokenizer tokenizer = SmallTokenizers.ofBytes()) {
            int[] ids = tokenizer.encode("one END you", false);
            assertEquals(11, ids.length, "a token a character");
            assertOutput("one ", 7, FinishReason.STOP, "END", answer(tokenizer, params(100, "zwei", "END"), ids));
            SamplingParams included = SamplingParams.builder()
                    .stop(List.of("END"))
                    .includeStop(true)
                    .build();
            assertOutput("one END", 7, FinishReason.STOP, "END", answer(tokenizer, included, ids));
        }
    }

    @Test
    void aStopTextMayBeACharacterThatTokensSplit() {
        for (Tokenizer tokenizer : List.of(SmallTokenizers.ofBytes(), SmallTokenizers.withByteFallback())) {
            try (tokenizer) {
                int[] ids = tokenizer.encode("xè\uD83D\uDE00y", false);
                int[] withoutEnd = java.util.Arrays.copyOf(ids, ids.length - 1);
                Output grin = answer(tokenizer, params(100, "\uD83D\uDE00"), ids);
                assertEquals("xè", grin.text().strip());
                assertEquals("\uD83D\uDE00", grin.stopReason());
                assertEquals(
                        "x", answer(tokenizer, params(100, "è"), ids).text().strip());
                // It is the last: what the detokenizer holds back is searched, too.
                Output last = answer(tokenizer, params(withoutEnd.length, "\uD83D\uDE00"), withoutEnd);
                assertEquals("xè", last.text().strip());
                assertEquals(FinishReason.STOP, last.finishReason());
                Output before = answer(tokenizer, params(100, "\uD83D\uDE00"), Rows.concat(withoutEnd, EOS));
                assertEquals("xè", before.text().strip());
            }
        }
    }

    @Test
    void aStopTokenEndsAnAnswerByItsId() {
        try (Tokenizer tokenizer = SmallTokenizers.ofBytes()) {
            int[] ids = tokenizer.encode("a,b", false);
            int comma = ids[1];
            SamplingParams params =
                    SamplingParams.builder().stopTokenIds(List.of(9, comma)).build();
            assertOutput("a", 2, FinishReason.STOP, "" + comma, answer(tokenizer, params, ids));
            SamplingParams included = params.toBuilder().includeStop(true).build();
            assertOutput("a,", 2, FinishReason.STOP, "" + comma, answer(tokenizer, included, ids));
            SamplingParams eos = SamplingParams.builder()
                    .stopTokenIds(List.of(EOS))
                    .ignoreEos(true)
                    .build();
            assertOutput("a,b", 4, FinishReason.STOP, "2", answer(tokenizer, eos, Rows.concat(ids, EOS)));
        }
    }

    @Test
    void nothingEndsAnAnswerBeforeMinTokens() {
        try (Tokenizer tokenizer = SmallTokenizers.ofBytes()) {
            int[] ids = tokenizer.encode("abababab", false);
            SamplingParams text =
                    SamplingParams.builder().minTokens(3).stop(List.of("b")).build();
            assertOutput("aba", 4, FinishReason.STOP, "b", answer(tokenizer, text, ids));
            SamplingParams across = text.toBuilder().stop(List.of("ba")).build();
            // "ba" ends with the third token, which is too early; the next one counts
            assertOutput("aba", 5, FinishReason.STOP, "ba", answer(tokenizer, across, ids));
            SamplingParams token = SamplingParams.builder()
                    .minTokens(3)
                    .stopTokenIds(List.of(ids[1]))
                    .build();
            assertOutput("aba", 4, FinishReason.STOP, "" + ids[1], answer(tokenizer, token, ids));
        }
    }

    @Test
    void aLoneHalfOfACharacterIsNoStop() {
        try (Tokenizer tokenizer = SmallTokenizers.ofBytes()) {
            int[] ids = tokenizer.encode("è", false);
            Output half = answer(tokenizer, params(1, "è"), ids[0]);
            assertEquals(FinishReason.LENGTH, half.finishReason());
            assertEquals("\uFFFD", half.text());
            assertNull(half.stopReason());
            assertFalse(half.tokenIds().isEmpty());
        }
    }
}
