package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sirocco.engine.EngineOptions;
import io.sirocco.kernel.KvType;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** The engine that executors load before their first task, on its way through Spark's configuration. */
class WarmEngineTest {

    private final SparkConf conf = new SparkConf(false);

    @Test
    void allOfItGoesThroughTheConfiguration() {
        WarmEngine engine = new WarmEngine("hf://org/name", new EngineOptions(2, 3, 4, 5L << 30, KvType.BF16, true));
        engine.putIfMissing(conf);
        assertEquals(Optional.of(engine), WarmEngine.of(conf));
    }

    @Test
    void aUserNamesAModelAloneAndMemoryAsSparkDoes() {
        assertEquals(Optional.empty(), WarmEngine.of(conf));
        conf.set("spark.sirocco.model", "/m").set("spark.sirocco.engineMemory", "3g");
        WarmEngine named = new WarmEngine("/m", new EngineOptions(0, 0, 0, 3L << 30, KvType.F32, true));
        assertEquals(Optional.of(named), WarmEngine.of(conf));
        new WarmEngine("other", EngineOptions.AUTOMATIC).putIfMissing(conf);
        assertEquals(Optional.of(named), WarmEngine.of(conf));
    }
}
