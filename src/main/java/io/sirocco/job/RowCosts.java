package io.sirocco.job;

import java.io.Serializable;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Row;

/** Estimates what answering rows costs, in tokens. It is sent to the tasks. */
interface RowCosts extends Serializable {

    /** Estimates rows, at 1 or more; one per task. */
    ToLongFunction<Row> estimator();
}
