package io.sirocco.engine;

import java.util.List;

/** Looks for stop texts in an answer as it grows, across token boundaries. */
final class StopText {

    private final List<String> stops;
    private final boolean include;
    private final StringBuilder text = new StringBuilder();
    private int ignored; // a stop text that ends here or before does not count

    /** @param include whether the stop text stays at the end of the answer */
    StopText(List<String> stops, boolean include) {
        this.stops = stops;
        this.include = include;
    }

    /** Adds a piece of text in which no stop text may end. */
    void pass(String piece) {
        text.append(piece);
        ignored = text.length();
    }

    /**
     * Adds a piece of text.
     *
     * @return the stop text that begins first in the answer (the first given among equals), which is cut from it with all that
     *     follows; null if there is none yet
     */
    String add(String piece) {
        int seen = Math.max(ignored, text.length());
        text.append(piece);
        int at = Integer.MAX_VALUE;
        String found = null;
        for (String stop : stops) {
            int index = text.indexOf(stop, Math.max(0, seen - stop.length() + 1));
            if (index >= 0 && index < at) {
                at = index;
                found = stop;
            }
        }
        if (found != null) {
            text.setLength(include ? at + found.length() : at);
        }
        return found;
    }

    String text() {
        return text.toString();
    }
}
