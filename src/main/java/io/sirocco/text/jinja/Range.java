package io.sirocco.text.jinja;

import java.util.AbstractList;
import java.util.List;

/** Python's range. */
record Range(long start, long stop, long step, int size) {
    /** The longest range that jinja2's sandbox allows. */
    private static final int MAX_SIZE = 100_000;

    static Range of(long start, long stop, long step) {
        if (step == 0) {
            throw Failure.value("range() needs a step other than 0");
        }
        double span = ((double) stop - start) / step;
        if (span > MAX_SIZE + 1) {
            throw Failure.of("a range has more than " + MAX_SIZE + " numbers");
        }
        long size = span <= 0 ? 0 : Math.ceilDiv(stop - start, step);
        if (size > MAX_SIZE) {
            throw Failure.of("a range has " + size + " numbers; at most " + MAX_SIZE + " are allowed");
        }
        return new Range(start, stop, step, (int) size);
    }

    List<Object> numbers() {
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return start + index * step;
            }

            @Override
            public int size() {
                return size;
            }
        };
    }
}
