package io.sirocco.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.report.LabelMetrics;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a kind of job says of a run in run.json and the report, beside what is counted of every job. Asked once every row is in the output. */
interface RunRecord {

    /** Begins run.json. */
    ObjectNode json();

    /**
     * How the labels agree with those that are right, if they are known.
     *
     * @param rows of the output
     */
    default Optional<LabelMetrics> metrics(Dataset<Row> rows) {
        return Optional.empty();
    }
}
