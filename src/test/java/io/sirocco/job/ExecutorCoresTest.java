package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorCoresTest {

    private static final int PROCESSORS = 48;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            local                    | 1
            local[3]                 | 3
            local[*]                 | 48
            local[3,2]               | 3
            local[5, 2]              | 5
            local[*,2]               | 48
            spark://host:7077        | 48
            yarn                     | 48
            """)
    void theMasterSaysHowManyCoresThereAre(String master, int cores) {
        assertEquals(cores, ExecutorCores.count(new SparkConf(false).setMaster(master), PROCESSORS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            spark://host:7077 | 6
            k8s://host:443    | 6
            local[3]          | 3
            local             | 1
            """)
    void executorsHaveTheCoresAskedForExceptInLocalMode(String master, int cores) {
        SparkConf conf = new SparkConf(false).setMaster(master).set("spark.executor.cores", "6");
        assertEquals(cores, ExecutorCores.count(conf, PROCESSORS));
    }

    @Test
    void driverAndTasksFindTheSameThreadsInLocalMode() {
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(LocalJob.spark().sparkContext());
        SparkConf conf = SparkEnv.get().conf();
        String master = conf.get("spark.master");
        // As many as no machine that runs tests has.
        conf.setMaster("local[777]");
        try {
            assertEquals(777, ExecutorCores.resolve(EngineOptions.AUTOMATIC).threads());
            assertEquals(
                    777,
                    spark.parallelize(List.of(0), 1)
                            .map(_ -> ExecutorCores.resolve(EngineOptions.AUTOMATIC)
                                    .threads())
                            .first());
        } finally {
            conf.setMaster(master);
        }
    }

    @Test
    void anEngineWithAutomaticThreadsIsOneWithTheExecutorsCores() {
        LocalJob.spark();
        String model = TinyModel.path().toString();
        assertSame(
                Engines.get(model, EngineOptions.AUTOMATIC.withThreads(2)),
                Engines.get(model, EngineOptions.AUTOMATIC));
    }

    @Test
    void threadsThatWereAskedForWinAndTheOtherOptionsStay() {
        LocalJob.spark();
        EngineOptions five = new EngineOptions(5, 6, 7, 8, KvType.F32, true);
        assertEquals(five, ExecutorCores.resolve(five));
        assertEquals(five.withThreads(2), ExecutorCores.resolve(five.withThreads(0)));
    }
}
