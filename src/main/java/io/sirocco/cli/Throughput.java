package io.sirocco.cli;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Tokens a second of rows that are answered together. */
record Throughput(int rows, int promptTokens, int newTokens, double prefillTokS, double decodeTokS, double totalTokS) {

    /** The median of each speed over runs of the same rows. */
    static Throughput median(List<Throughput> runs) {
        Throughput any = runs.getFirst();
        return new Throughput(
                any.rows(),
                any.promptTokens(),
                any.newTokens(),
                median(runs, Throughput::prefillTokS),
                median(runs, Throughput::decodeTokS),
                median(runs, Throughput::totalTokS));
    }

    private static double median(List<Throughput> runs, ToDoubleFunction<Throughput> speed) {
        double[] sorted = runs.stream().mapToDouble(speed).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
