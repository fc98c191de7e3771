package io.sirocco.job;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/** What tasks that still run have counted, from the heartbeats of their executors; accumulators alone learn it when a task ends. */
final class RunningTasks extends SparkListener {

    private final Map<Long, Map<Long, Long>> counts = new HashMap<>(); // task, accumulator, count
    private final Set<Long> ended = new HashSet<>();

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        CollectionConverters.asJava(update.accumUpdates()).forEach(task -> {
            long id = (Long) task._1();
            if (!ended.contains(id)) {
                Map<Long, Long> latest = new HashMap<>();
                for (AccumulableInfo info : CollectionConverters.asJava(task._4())) {
                    if (info.update().isDefined() && info.update().get() instanceof Long count) {
                        latest.put(info.id(), count);
                    }
                }
                counts.put(id, latest);
            }
        });
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        ended.add(end.taskInfo().taskId());
        counts.remove(end.taskInfo().taskId());
    }

    /** Sums over all running tasks, by accumulator. */
    synchronized Map<Long, Long> sums() {
        Map<Long, Long> sums = new HashMap<>();
        counts.values()
                .forEach(task -> task.forEach((accumulator, count) -> sums.merge(accumulator, count, Long::sum)));
        return sums;
    }
}
