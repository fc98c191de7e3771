package io.sirocco.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Prompts of random token ids, for measurements: no two begin alike, so that the prefix cache finds nothing. Always the same ones. */
public final class RandomRows {

    private final int vocabSize;
    private final Random random = new Random(1);
    private int made;

    public RandomRows(int vocabSize) {
        this.vocabSize = vocabSize;
    }

    /** The next prompts; their first ids count up (and begin again after the whole vocabulary). */
    public List<Prompt> next(int rows, int tokens) {
        List<Prompt> prompts = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            List<Integer> ids = new ArrayList<>(tokens);
            ids.add(made++ % vocabSize);
            random.ints(tokens - 1L, 0, vocabSize).forEach(ids::add);
            prompts.add(new Prompt.Ids(ids));
        }
        return prompts;
    }

    /**
     * Submits all prompts at once and waits for all answers.
     *
     * @throws IllegalStateException if one of them is an error, which would make the measurement worthless
     * @throws CancellationException if this thread is interrupted, which takes the rows out
     */
    public static List<Completion> answer(Engine engine, List<Prompt> prompts, SamplingParams params) {
        List<CompletableFuture<Completion>> answers = new ArrayList<>(prompts.size());
        for (Prompt prompt : prompts) {
            answers.add(engine.submit(new Request("row " + answers.size(), prompt, params)));
        }
        awaitAll(answers);
        List<Completion> completions =
                answers.stream().map(CompletableFuture::resultNow).toList();
        for (Completion completion : completions) {
            if (completion.error() != null) {
                throw new IllegalStateException(
                        "a row was not answered: " + completion.error().message());
            }
        }
        return completions;
    }

    private static void awaitAll(List<CompletableFuture<Completion>> answers) {
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                    .get();
        } catch (InterruptedException _) {
            // The exception takes the interrupt on: whoever closes the engine now must still wait for it.
            answers.forEach(answer -> answer.cancel(false));
            throw new CancellationException("interrupted while rows were being answered");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the engine answers every row, if only with an error", e);
        }
    }
}
