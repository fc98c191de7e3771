package io.sirocco.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A job's run.
 *
 * @param name by which the report tells it from others
 */
record JobRun(String name, RunFigures figures) {

    /**
     * Of an output folder, if a job has left its figures there.
     *
     * @throws ReportException if they are not as we write them
     */
    static Optional<JobRun> read(String name, Path folder) {
        Path file = folder.resolve("_sirocco").resolve("run.json");
        JsonNode figures = Files.isRegularFile(file) ? Json.object(file).path("figures") : MissingNode.getInstance();
        if (!figures.isObject()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JobRun(name, Json.MAPPER.treeToValue(figures, RunFigures.class)));
        } catch (JsonProcessingException e) {
            throw new ReportException(file + ": \"figures\" is not as a job writes it: " + e.getOriginalMessage(), e);
        }
    }

    /** Answer tokens a second, over the last run. */
    double rate() {
        RunFigures.Moment last = figures.moments().isEmpty()
                ? new RunFigures.Moment(0, 0, 0)
                : figures.moments().getLast();
        return last.seconds() > 0 ? last.decodeTokens() / last.seconds() : 0;
    }
}
