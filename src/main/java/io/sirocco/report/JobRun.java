package io.sirocco.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/**
 * A job's run.
 *
 * @param name by which the report tells it from others
 */
record JobRun(String name, RunFigures figures) {

    /** @throws ReportException if the file has no figures, or not as we write them */
    static JobRun read(String name, Path file) {
        JsonNode figures = Json.object(file).path("figures");
        if (!figures.isObject()) {
            throw new ReportException(file + ": \"figures\" is missing; expected the run.json of a finished job");
        }
        try {
            return new JobRun(name, Json.MAPPER.treeToValue(figures, RunFigures.class));
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
