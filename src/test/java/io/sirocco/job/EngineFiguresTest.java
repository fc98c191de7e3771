package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.junit.jupiter.api.Test;

/** What the driver shows of its executors' engines. */
class EngineFiguresTest {

    private final DriverFigures driver = new DriverFigures();

    private static EngineFigures figures(String executor, long decoded, long running) {
        Map<Figure, Long> values = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            values.put(figure, 0L);
        }
        values.put(Figure.DECODE_TOKENS, decoded);
        values.put(Figure.RUNNING_ROWS, running);
        return new EngineFigures(executor, values);
    }

    @Test
    void theLatestOfAllExecutorsAreSummed() {
        driver.receive(figures("1", 10, 2));
        driver.receive(figures("2", 5, 3));
        driver.receive(figures("1", 20, 4));
        assertEquals(25, driver.sum(Figure.DECODE_TOKENS));
        assertEquals(7, driver.sum(Figure.RUNNING_ROWS));
    }

    @Test
    void anExecutorThatIsGoneHasStillDoneWhatItDidButRunsNothing() {
        driver.receive(figures("1", 10, 2));
        driver.receive(figures("2", 5, 3));
        driver.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "1", "killed"));
        assertEquals(15, driver.sum(Figure.DECODE_TOKENS));
        assertEquals(3, driver.sum(Figure.RUNNING_ROWS));
        driver.receive(figures("1", 12, 2)); // was on its way
        assertEquals(17, driver.sum(Figure.DECODE_TOKENS));
        assertEquals(3, driver.sum(Figure.RUNNING_ROWS));
    }

    @Test
    void anExecutorThatClosesItsEnginesHasStillDoneWhatItDid() {
        driver.receive(figures("1", 10, 2));
        driver.receive(figures("1", 0, 0));
        assertEquals(10, driver.sum(Figure.DECODE_TOKENS));
        assertEquals(0, driver.sum(Figure.RUNNING_ROWS));
    }
}
