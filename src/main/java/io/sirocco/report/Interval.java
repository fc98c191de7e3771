package io.sirocco.report;

/** A confidence interval of 95 %. */
record Interval(double low, double high) {

    /** Quantile 0.975 of the normal distribution. */
    static final double Z = 1.959963984540054;

    /**
     * Of a proportion, after Wilson (1927): it stays within 0 and 1 and says something even when all or none are hits.
     *
     * <p>Of 3 hits in 10, the half width is {@code 1.96 / (1 + 0.384) * sqrt(0.3 * 0.7 / 10 + 3.84 / 400) = 0.248} around
     * {@code (0.3 + 3.84 / 20) / (1 + 0.384) = 0.356}.
     *
     * @param trials more than 0
     */
    static Interval wilson(long hits, long trials) {
        double share = (double) hits / trials;
        double square = Z * Z / trials;
        double middle = (share + square / 2) / (1 + square);
        double half = Z / (1 + square) * Math.sqrt(share * (1 - share) / trials + square / (4 * trials));
        return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
    }

    /** Of a mean with a standard error, by the normal distribution. */
    static Interval normal(double mean, double standardError) {
        return new Interval(mean - Z * standardError, mean + Z * standardError);
    }
}
