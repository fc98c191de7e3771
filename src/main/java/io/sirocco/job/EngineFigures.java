package io.sirocco.job;

import io.sirocco.engine.EngineStats;
import java.io.Serializable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the engines of one executor, or of many, have done and do, as it is sent to the driver.
 *
 * @param executor Spark's id of it
 */
record EngineFigures(String executor, Map<Figure, Long> values) implements Serializable {

    static EngineFigures of(String executor, Collection<EngineStats> engines) {
        Map<Figure, Long> values = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            values.put(figure, engines.stream().mapToLong(figure::in).sum());
        }
        return new EngineFigures(executor, values);
    }

    /** What is left of them when the executor is gone. */
    EngineFigures ended() {
        Map<Figure, Long> left = new EnumMap<>(values);
        left.replaceAll((figure, value) -> figure.isCounter() ? value : 0L);
        return new EngineFigures(executor, left);
    }

    /** These, which came after those: an executor that ends has closed its engines, but has still done what it did. */
    EngineFigures after(EngineFigures earlier) {
        Map<Figure, Long> latest = new EnumMap<>(values);
        latest.replaceAll(
                (figure, value) -> figure.isCounter() ? Long.valueOf(Math.max(value, earlier.value(figure))) : value);
        return new EngineFigures(executor, latest);
    }

    long value(Figure figure) {
        return values.get(figure);
    }
}
