package io.sirocco.report;

import java.util.List;

/**
 * A part of the page: text, then plots, tables and cases.
 *
 * @param lead how to read what follows
 */
record Section(String title, String lead, List<Block> blocks) {

    /** What stands below a section's text. */
    sealed interface Block {}

    /** A plot with its title. */
    record Figure(String title, Plot plot) implements Block {}

    /**
     * A table.
     *
     * @param columns heads of the columns
     */
    record Table(String title, List<Column> columns, List<List<String>> rows) implements Block {}

    /** @param number whether its cells are numbers, which stand right */
    record Column(String name, boolean number) {

        static Column text(String name) {
            return new Column(name, false);
        }

        static Column number(String name) {
            return new Column(name, true);
        }
    }

    /** Cases under a title, such as the mistakes of a run. */
    record Cases(String title, List<Case> cases) implements Block {}

    /**
     * One document or row, folded up.
     *
     * @param summary the line that is always seen
     * @param parts what was asked, answered and expected
     */
    record Case(String summary, List<Part> parts, List<Choice> choices) {}

    /** A named text of a case. */
    record Part(String name, String text) {}

    /** A choice of a case, with its probability in words. */
    record Choice(String text, String probability, boolean chosen, boolean gold) {}
}
