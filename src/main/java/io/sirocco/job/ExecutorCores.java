package io.sirocco.job;

import io.sirocco.engine.EngineOptions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;

/** The cores that Spark has given to the executor of this JVM, which need not be all of the machine's. */
final class ExecutorCores {

    /** {@code local}, {@code local[N]} and {@code local[N,F]}, where N may be * and F are the failures allowed. */
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(?<cores>[0-9]+|\\*)\\s*(?:,\\s*[0-9]+)?])?");

    private ExecutorCores() {}

    /** The options with as many threads as this executor has cores, unless they say how many. In a task, or in local mode on the driver. */
    static EngineOptions resolve(EngineOptions options) {
        return options.threads() > 0
                ? options
                : options.withThreads(
                        count(SparkEnv.get().conf(), Runtime.getRuntime().availableProcessors()));
    }

    /** @param processors of this JVM; all of them are the executor's where the configuration says nothing else */
    static int count(SparkConf conf, int processors) {
        Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
        if (!local.matches()) {
            return conf.getInt("spark.executor.cores", processors);
        }
        return switch (local.group("cores")) {
            case null -> 1;
            case "*" -> processors;
            case String cores -> Integer.parseInt(cores);
        };
    }

    /** On the driver: tasks that run at a time in one executor. */
    static int slots(SparkContext context) {
        int cores = count(context.getConf(), Runtime.getRuntime().availableProcessors());
        return Math.max(1, cores / coresPerTask(context));
    }

    /** Tasks that run at a time in the whole cluster, as it is now. */
    static int slotsOfAll(SparkContext context) {
        return Math.max(1, context.defaultParallelism() / coresPerTask(context));
    }

    static int coresPerTask(SparkContext context) {
        return Math.max(1, context.getConf().getInt("spark.task.cpus", 1));
    }
}
