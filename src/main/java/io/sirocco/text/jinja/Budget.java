package io.sirocco.text.jinja;

/**
 * What one rendering may use. A template comes with a downloaded model and may be hostile: it ends with an error, not with
 * an endless loop or a full heap.
 */
final class Budget {
    /** Characters in a template's source; the longest published ones have some 20,000. */
    static final int MAX_SOURCE = 1 << 20;

    /** Levels of blocks and brackets in a source. */
    static final int MAX_NESTING = 120;

    /** Levels of statements, expressions and macro calls while rendering. */
    static final int MAX_DEPTH = 600;

    /** Levels of lists in lists: of values, as they are printed or compared. */
    static final int MAX_VALUE_DEPTH = 200;

    /** Characters of a rendered text. */
    static final int MAX_OUTPUT = 1 << 24;

    /** Elementary steps, of some nanoseconds each. */
    private static final long MAX_WORK = 250_000_000L;

    /** Bytes of all values that a rendering makes, dropped ones included. */
    private static final long MAX_BYTES = 256L << 20;

    /** Steps of one statement or expression, as against one character compared or copied. */
    private static final int NODE = 20;

    /** Bytes of one element of a list or dict. */
    private static final int ELEMENT = 32;

    private long work;
    private long bytes;
    private int depth;

    /** One statement or expression begins; {@link #leave} ends it. */
    void enter() {
        work(NODE);
        if (++depth > MAX_DEPTH) {
            depth--;
            throw Failure.of(
                    "nested or recursive deeper than " + MAX_DEPTH + " levels; does a macro call itself forever?");
        }
    }

    void leave() {
        depth--;
    }

    void work(long steps) {
        work += steps;
        if (work > MAX_WORK) {
            throw Failure.of("the rendering takes more than " + MAX_WORK + " steps; shorten its loops");
        }
    }

    /** A text of this many characters is about to be made. */
    void text(long length) {
        work(length);
        if (length > MAX_OUTPUT) {
            throw Failure.of("a text would have " + length + " characters; at most " + MAX_OUTPUT + " are allowed");
        }
        bytes(2 * length);
    }

    /** A collection of this many elements is about to be made. */
    void elements(long count) {
        work(count);
        bytes(ELEMENT * count);
    }

    private void bytes(long count) {
        bytes += count;
        if (bytes > MAX_BYTES) {
            throw Failure.of("the rendering makes more than " + (MAX_BYTES >> 20)
                    + " MiB of values; build lists and texts with fewer copies");
        }
    }
}
