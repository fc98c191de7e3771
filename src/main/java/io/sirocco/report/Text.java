package io.sirocco.report;

import java.util.Locale;
import java.util.Optional;

/** Numbers as a reader expects them. */
final class Text {

    private Text() {}

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    static String percent(double share) {
        return decimals(100 * share, 1) + " %";
    }

    /** A difference of shares, with its sign. */
    static String points(double share) {
        return String.format(Locale.ROOT, "%+.1f", 100 * share).replace('-', '−');
    }

    static String interval(Interval interval) {
        return decimals(100 * interval.low(), 1) + "–" + percent(interval.high());
    }

    static String value(Score score) {
        return score.proportion() ? percent(score.value()) : decimals(score.value(), 4);
    }

    static String interval(Score score) {
        Optional<Interval> interval = score.interval();
        return interval.map(range -> score.proportion()
                        ? interval(range)
                        : decimals(range.low(), 4) + "–" + decimals(range.high(), 4))
                .orElse("");
    }

    /** Seconds, minutes or hours, to two places. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (seconds < 60) {
            return decimals(seconds, 1) + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
