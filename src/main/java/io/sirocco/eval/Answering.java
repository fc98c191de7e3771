package io.sirocco.eval;

import io.sirocco.engine.Engine;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Has work answered by one engine of this JVM. */
public final class Answering {

    private Answering() {}

    /**
     * Asks all at once, in the order of the work, and waits.
     *
     * @param answered is run after each answer, on the engine's thread
     */
    public static List<Finding> by(Engine engine, List<Work> work, Runnable answered) {
        List<CompletableFuture<Finding>> findings = work.stream()
                .map(each -> switch (each) {
                    case Work.Score score -> engine.score(score.request()).thenApply(Finding.Scored::new);
                    case Work.Generate generate ->
                        engine.submit(generate.request()).thenApply(Finding.Generated::new);
                })
                .map(future -> future.thenApply(finding -> {
                    answered.run();
                    return (Finding) finding;
                }))
                .toList();
        return findings.stream().map(CompletableFuture::join).toList();
    }
}
