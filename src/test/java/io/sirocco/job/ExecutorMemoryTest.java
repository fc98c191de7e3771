package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sirocco.engine.EngineMemory;
import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What executors may hold outside of their heaps, and what follows for engines. */
class ExecutorMemoryTest {

    private static final long MIB = 1 << 20;
    private static final EngineMemory ENGINE = new EngineMemory(1000 * MIB, 100 * MIB, 200 * MIB);

    private static SparkConf conf(String master, String... more) {
        SparkConf conf = new SparkConf(false).setMaster(master);
        for (int i = 0; i < more.length; i += 2) {
            conf.set("spark.executor." + more[i], more[i + 1]);
        }
        return conf;
    }

    @Test
    void theOverheadIsSparksAndOnlyWhereItCounts() {
        assertEquals(OptionalLong.empty(), ExecutorMemory.overhead(conf("local[2]", "memoryOverhead", "1g")));
        assertEquals(OptionalLong.empty(), ExecutorMemory.overhead(conf("spark://host:7077")));
        assertEquals(
                OptionalLong.of(2048 * MIB),
                ExecutorMemory.overhead(conf("spark://host:7077", "memoryOverhead", "2g")));
        assertEquals(OptionalLong.of(384 * MIB), ExecutorMemory.overhead(conf("yarn")));
        assertEquals(OptionalLong.of(1024 * MIB), ExecutorMemory.overhead(conf("yarn", "memory", "10g")));
        assertEquals(
                OptionalLong.of(2048 * MIB),
                ExecutorMemory.overhead(conf("k8s://host", "memory", "4g", "memoryOverheadFactor", "0.5")));
        // As for Spark, a number without a unit is in MiB.
        assertEquals(OptionalLong.of(700 * MIB), ExecutorMemory.overhead(conf("yarn", "memoryOverhead", "700")));
    }

    @Test
    void keysAndValuesGetWhatWeightsAndJvmLeave() {
        SparkConf conf = conf("yarn", "memoryOverhead", "3000m");
        EngineOptions resolved = ExecutorMemory.resolve(EngineOptions.AUTOMATIC, ENGINE, conf);
        assertEquals((3000 - 1000 - 384) * MIB, resolved.memoryBytes());
        assertEquals(
                EngineOptions.AUTOMATIC,
                ExecutorMemory.resolve(EngineOptions.AUTOMATIC, ENGINE, conf("spark://host:7077")));
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheValueThatWould() {
        JobException e = assertThrows(
                JobException.class, () -> ExecutorMemory.resolve(EngineOptions.AUTOMATIC, ENGINE, conf("yarn")));
        assertEquals(
                "spark.executor.memoryOverhead is 384m; weights (1000m), keys and values (100m, one row of 2048 tokens)"
                        + " and the JVM (384m) need 1484m: set spark.executor.memoryOverhead=1484m or more",
                e.getMessage());
        ExecutorMemory.resolve(EngineOptions.AUTOMATIC, ENGINE, conf("yarn", "memoryOverhead", "1484m"));
        EngineOptions asked = new EngineOptions(0, 0, 0, 500 * MIB, KvType.F32, true);
        e = assertThrows(
                JobException.class,
                () -> ExecutorMemory.resolve(asked, ENGINE, conf("yarn", "memoryOverhead", "1484m")));
        assertEquals(
                "spark.executor.memoryOverhead is 1484m; weights (1000m), keys and values (500m, engine-memory)"
                        + " and the JVM (384m) need 1884m: set spark.executor.memoryOverhead=1884m or more",
                e.getMessage());
    }

    @Test
    void adviceHoldsTheRowsThatAreToBeInFlight() {
        assertEquals(
                new ExecutorMemory.Advice(512 + 4 * 128 + 200, 1000 + 64 * 100 + 384, 1484),
                ExecutorMemory.advise(ENGINE, 4, 64));
    }
}
