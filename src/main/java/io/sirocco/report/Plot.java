package io.sirocco.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code report.js} draws.
 *
 * @param kind of plot
 * @param description for those who do not see it
 * @param labels of rows or columns; empty where the first axis has numbers
 * @param series to draw, one for each run unless {@code named}
 * @param xTitle title of the horizontal axis
 * @param yTitle title of the vertical axis
 * @param percent whether values are shares
 * @param named whether the series are not the report's runs and need a legend of their own
 */
record Plot(
        Kind kind,
        String description,
        List<String> labels,
        List<Series> series,
        String xTitle,
        String yTitle,
        boolean percent,
        boolean named) {

    /** How it is drawn; the names are those in {@code report.js}. */
    enum Kind {
        /** A row for each label: values with their intervals. */
        intervals,
        /** As intervals, around zero. */
        differences,
        /** Accuracy over confidence, with the diagonal. */
        calibration,
        /** Columns side by side at each label, with intervals if there are any. */
        columns,
        /** Lines over time. */
        lines
    }

    /**
     * Values of one run; null where it has none.
     *
     * @param x empty where there are labels
     * @param low lower ends of the intervals; empty without
     * @param high upper ends
     */
    record Series(String name, List<Double> x, List<Double> y, List<Double> low, List<Double> high) {

        /** Values without intervals. */
        static Series of(String name, List<Double> y) {
            return new Series(name, List.of(), y, List.of(), List.of());
        }

        /** Values with intervals, either of which may be null. */
        static Series of(String name, List<Double> y, List<Interval> intervals) {
            return of(name, List.of(), y, intervals);
        }

        /** Values with intervals at places on the first axis. */
        static Series of(String name, List<Double> x, List<Double> y, List<Interval> intervals) {
            List<Double> low = new ArrayList<>();
            List<Double> high = new ArrayList<>();
            for (Interval interval : intervals) {
                low.add(interval == null ? null : interval.low());
                high.add(interval == null ? null : interval.high());
            }
            return new Series(name, x, y, low, high);
        }
    }
}
