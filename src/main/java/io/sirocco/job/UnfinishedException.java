package io.sirocco.job;

/** A job that has been interrupted, or has failed, after it began to answer rows; what it has committed is kept. Exit code 1, or 130. */
public final class UnfinishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    /**
     * @param why in a few words
     * @param state what there is, and how to go on
     */
    UnfinishedException(String why, String state, Throwable cause) {
        super(why + "; " + state, cause);
        this.state = state;
    }

    /** What there is, and how to go on: {@code 1200 of 5000 rows are in answers; run the same command again for the rest}. */
    public String state() {
        return state;
    }
}
