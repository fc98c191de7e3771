package io.sirocco.report;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One metric of one task or group.
 *
 * @param name of the task or group
 * @param group whether it is a group
 * @param filter name of the response filter, {@code none} where there is none
 * @param standardError as the results file has it
 * @param documents that were asked
 * @param shots examples in each prompt, -1 if the file does not say
 * @param proportion whether it is a share of documents, 0 to 1
 * @param interval empty where there is neither a proportion of known documents nor a standard error
 */
record Score(
        String name,
        boolean group,
        String metric,
        String filter,
        double value,
        OptionalDouble standardError,
        long documents,
        long shots,
        boolean proportion,
        Optional<Interval> interval) {

    /** What is compared between runs. */
    String key() {
        return name + "\n" + metric + "\n" + filter;
    }

    /** The metric with its filter, if there is one to tell it by. */
    String label() {
        return filter.equals("none") ? metric : metric + ", " + filter;
    }
}
