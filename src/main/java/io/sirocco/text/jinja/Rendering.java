package io.sirocco.text.jinja;

import java.time.Clock;

/** What the functions, filters and methods of one rendering share. */
record Rendering(Budget budget, Clock clock, Environment environment) {

    /** A text that was just made. */
    String made(String text) {
        budget.text(text.length());
        return text;
    }

    String str(Object value) {
        return Repr.str(value, budget);
    }
}
