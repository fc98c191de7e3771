package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.cli.SiroccoProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of a local evaluation is killed in the middle of its work; the same command goes on with it. */
class KilledEvaluationTest {

    @TempDir
    private Path folder;

    @Test
    void theSameCommandFinishesAnEvaluationThatWasKilled() throws Exception {
        KilledEvaluation evaluation = new KilledEvaluation(folder);
        try (SiroccoProcess run = start(evaluation)) {
            run.await(() -> evaluation.files().size() > 1);
            run.kill();
        }
        Map<String, Long> files = evaluation.files();
        int before = evaluation.answered();
        assertTrue(before > 0 && before < evaluation.requests(), before + " requests");
        try (SiroccoProcess run = start(evaluation)) {
            assertEquals(0, run.await(), run::toString);
            assertTrue(
                    run.said()
                            .contains("sirocco: %d rows (%d of earlier runs), 0 errors"
                                    .formatted(evaluation.requests(), before)),
                    run::toString);
        }
        evaluation.assertFinishedAsIfUndisturbed(before, files);
    }

    private SiroccoProcess start(KilledEvaluation evaluation) throws IOException {
        List<String> args = new ArrayList<>(evaluation.command());
        args.addAll(List.of("--master", "local[2]"));
        return SiroccoProcess.run(folder.resolve("log"), List.of("-Xmx512m"), args);
    }
}
