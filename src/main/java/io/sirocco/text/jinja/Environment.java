package io.sirocco.text.jinja;

/** How jinja2 is set up: frameworks do it each in their own way, and whitespace reaches the prompt. */
public final class Environment {

    /** That of chat templates: transformers' {@code apply_chat_template}. */
    public static final Environment TRANSFORMERS = new Environment(true, true, false, false, Filters.TRANSFORMERS);

    /** That of evaluation tasks: lm-evaluation-harness's {@code apply_template}. */
    public static final Environment LM_EVAL = new Environment(false, false, true, true, Filters.LM_EVAL);

    /** Whether the newline after a block tag goes. */
    final boolean trimBlocks;

    /** Whether the indentation before a block tag goes. */
    final boolean lstripBlocks;

    /** Whether a newline at the very end stays. */
    final boolean keepTrailingNewline;

    /** Whether an undefined value fails where it is printed, tested, compared or iterated, and not only where it is called. */
    final boolean strictUndefined;

    final Filters filters;

    private Environment(
            boolean trimBlocks,
            boolean lstripBlocks,
            boolean keepTrailingNewline,
            boolean strictUndefined,
            Filters filters) {
        this.trimBlocks = trimBlocks;
        this.lstripBlocks = lstripBlocks;
        this.keepTrailingNewline = keepTrailingNewline;
        this.strictUndefined = strictUndefined;
        this.filters = filters;
    }
}
