package io.sirocco.job;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Whole numbers from one to another, as labels. */
record Scale(int low, int high) {

    private static final int MOST_NUMBERS = 1001;
    private static final Pattern RANGE = Pattern.compile("(-?\\d{1,6})\\s*-\\s*(-?\\d{1,6})");

    /**
     * Reads {@code 1-5}, or {@code -2-2}.
     *
     * @throws IllegalArgumentException if it is no range of at least two and not too many numbers
     */
    static Scale parse(String text) {
        Matcher range = RANGE.matcher(text.strip());
        if (range.matches()) {
            Scale scale = new Scale(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
            if (scale.low < scale.high && scale.high - scale.low < MOST_NUMBERS) {
                return scale;
            }
        }
        throw new IllegalArgumentException("scale is \"" + text + "\"; expected two whole numbers such as 1-5, at most "
                + MOST_NUMBERS + " from the first to the last");
    }

    List<String> labels() {
        return IntStream.rangeClosed(low, high).mapToObj(Integer::toString).toList();
    }
}
