package io.sirocco.job;

import com.codahale.metrics.Gauge;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** The plugin on the driver: sums over all executors, as gauges for whichever sink is set up. */
final class DriverFigures extends SparkListener implements DriverPlugin {

    private final Map<String, EngineFigures> latest = new HashMap<>(); // by executor
    private final Set<String> removed = new HashSet<>();

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
        spark.addSparkListener(this);
        return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext context) {
        for (Figure figure : Figure.values()) {
            context.metricRegistry().register(figure.key(), (Gauge<Long>) () -> sum(figure));
        }
    }

    @Override
    public synchronized Object receive(Object message) {
        if (message instanceof EngineFigures figures) {
            String executor = figures.executor();
            latest.merge(
                    executor,
                    removed.contains(executor) ? figures.ended() : figures,
                    (earlier, later) -> later.after(earlier));
        }
        return null; // nothing is answered
    }

    @Override
    public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved event) {
        removed.add(event.executorId());
        latest.computeIfPresent(event.executorId(), (_, figures) -> figures.ended());
    }

    synchronized long sum(Figure figure) {
        return latest.values().stream()
                .mapToLong(figures -> figures.value(figure))
                .sum();
    }
}
