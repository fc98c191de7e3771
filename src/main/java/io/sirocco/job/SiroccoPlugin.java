package io.sirocco.job;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Spark's way to Sirocco's engines ({@code spark.plugins=io.sirocco.job.SiroccoPlugin}, which jobs set by themselves). On executors it
 * loads the model of {@code spark.sirocco.model} before the first task, and closes it at the end; on the driver it shows what all
 * engines do as Spark metrics. Without it the first task loads the model, and nothing is shown.
 */
public final class SiroccoPlugin implements SparkPlugin {

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverFigures();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorEngines();
    }
}
