package io.sirocco.engine;

import java.util.List;

/** Looks for stop texts in an answer as it grows, across token boundaries. */
final class StopText {

    private final List<String> stops;
    private final int longest;
    private final StringBuilder text = new StringBuilder();

    StopText(List<String> stops) {
        this.stops = stops;
        longest = stops.stream().mapToInt(String::length).max().orElse(0);
    }

    /**
     * Adds a piece of text.
     *
     * @return the stop text that begins first in the answer (the first given among equals), which is cut from it with all that
     *     follows; null if there is none yet
     */
    String add(String piece) {
        int from = Math.max(0, text.length() - longest + 1);
        text.append(piece);
        int at = Integer.MAX_VALUE;
        String found = null;
        for (String stop : stops) {
            int index = text.indexOf(stop, from);
            if (index >= 0 && index < at) {
                at = index;
                found = stop;
            }
        }
        if (found != null) {
            text.setLength(at);
        }
        return found;
    }

    String text() {
        return text.toString();
    }
}
