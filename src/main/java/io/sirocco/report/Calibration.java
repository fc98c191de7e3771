package io.sirocco.report;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the probability of the chosen answer can be believed.
 *
 * @param bins of equal width over 0 to 1, those without documents left out
 * @param expectedError mean over documents of the distance between a bin's confidence and its accuracy (ECE; Naeini et al. 2015)
 * @param brier mean over documents of the squared distance of the probabilities from 1 at the right choice and 0 elsewhere (Brier 1950)
 */
record Calibration(List<Bin> bins, double expectedError, double brier) {

    static final int BINS = 10;

    /**
     * Documents whose chosen answer has a probability from {@code low} up to {@code high}; the last bin has 1, too.
     *
     * @param confidence mean probability of the chosen answer
     */
    record Bin(double low, double high, long documents, long right, double confidence) {

        double accuracy() {
            return (double) right / documents;
        }

        Interval interval() {
            return Interval.wilson(right, documents);
        }
    }

    /** @param documents at least one, each with its right choice */
    static Calibration of(List<Choices> documents) {
        long[] count = new long[BINS];
        long[] right = new long[BINS];
        double[] confidence = new double[BINS];
        double brier = 0;
        for (Choices choices : documents) {
            int bin = Math.min(BINS - 1, (int) (choices.confidence() * BINS));
            count[bin]++;
            right[bin] += choices.right() ? 1 : 0;
            confidence[bin] += choices.confidence();
            for (int i = 0; i < choices.probabilities().size(); i++) {
                double distance = choices.probabilities().get(i) - (i == choices.gold() ? 1 : 0);
                brier += distance * distance;
            }
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < BINS; i++) {
            if (count[i] > 0) {
                Bin bin = new Bin(
                        (double) i / BINS, (double) (i + 1) / BINS, count[i], right[i], confidence[i] / count[i]);
                bins.add(bin);
                error += Math.abs(bin.accuracy() - bin.confidence()) * bin.documents();
            }
        }
        return new Calibration(bins, error / documents.size(), brier / documents.size());
    }
}
