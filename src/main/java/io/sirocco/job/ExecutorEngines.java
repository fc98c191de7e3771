package io.sirocco.job;

import com.codahale.metrics.Gauge;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin on an executor. */
final class ExecutorEngines implements ExecutorPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorEngines.class);

    /** The executor's id in local mode. */
    private static final String DRIVER = "driver";

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sirocco-figures").factory());

    private PluginContext context;

    /** Spark gives out no task before this returns. */
    @Override
    public void init(PluginContext context, Map<String, String> fromDriver) {
        this.context = context;
        boolean local = context.executorID().equals(DRIVER);
        if (!local) {
            warm();
            // In local mode the driver's gauges have these names, and show the same.
            for (Figure figure : Figure.values()) {
                context.metricRegistry()
                        .register(figure.key(), (Gauge<Long>) () -> figures().value(figure));
            }
        }
        ScheduledFuture<?> _ = clock.scheduleAtFixedRate(this::send, 0, 1, TimeUnit.SECONDS);
    }

    /** Whatever is wrong with the model, the first task says it to the user; an executor that fails here would just be started anew. */
    private void warm() {
        try {
            WarmEngine.of(context.conf()).ifPresent(engine -> Engines.get(engine.model(), engine.options()));
        } catch (RuntimeException e) {
            LOG.warn("the model is not loaded before the first task: {}", e.getMessage());
        }
    }

    private EngineFigures figures() {
        return EngineFigures.of(context.executorID(), Engines.stats());
    }

    private void send() {
        try {
            context.send(figures());
        } catch (IOException | RuntimeException e) {
            LOG.debug("figures are not sent to the driver", e);
        }
    }

    @Override
    public void shutdown() {
        clock.shutdownNow();
        send();
        Engines.closeAll();
    }
}
