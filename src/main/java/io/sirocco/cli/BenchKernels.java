package io.sirocco.cli;

import io.sirocco.cli.BenchShape.MatrixShape;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.Peak;
import io.sirocco.kernel.RandomAttention;
import io.sirocco.kernel.RandomProduct;
import io.sirocco.kernel.Team;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.RandomModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Measures the kernels against what the machine can do at most. */
final class BenchKernels {

    static final List<Integer> BATCHES = List.of(1, 8, 32, 512);
    static final List<Integer> CONTEXTS = List.of(192, 4096);

    /** Copies of a matrix, and keys and values, take this much memory at least if the model has them: more than the caches. */
    private static final long BEYOND_CACHES = 256L << 20;

    private static final int MOST_SEQUENCES = 32;

    /** What the machine can do at most with these threads. */
    record PeakSpeed(double fmaGflops, double readGbS) {
        static PeakSpeed of(Peak peak) {
            return new PeakSpeed(peak.flops() / 1e9, peak.readBytes() / 1e9);
        }
    }

    /**
     * A matrix product.
     *
     * @param readGbS bytes of weights over time
     */
    record ProductSpeed(
            String model,
            String matrix,
            int rows,
            int columns,
            WeightType type,
            int tokens,
            double gflops,
            double fmaShare,
            double readGbS,
            double readShare) {}

    /**
     * Attention of one layer in decode.
     *
     * @param readGbS bytes of keys and values over time
     */
    record AttentionSpeed(String model, KvType type, int context, int sequences, double readGbS, double readShare) {}

    /** Everything about the kernels. */
    record Speeds(PeakSpeed peak, List<ProductSpeed> products, List<AttentionSpeed> attention) {}

    private final Team team;
    private final PeakSpeed peak;
    private final Consumer<String> phase;

    /** @param phase is told what is being measured */
    BenchKernels(Team team, Consumer<String> phase) {
        this.team = team;
        this.phase = phase;
        phase.accept("measuring the peak");
        peak = PeakSpeed.of(Peak.measure(team));
    }

    /** The feed-forward matrices of well-known shapes, in every type whose blocks fit. */
    Speeds measureWellKnown() {
        List<ProductSpeed> products = new ArrayList<>();
        List<AttentionSpeed> attention = new ArrayList<>();
        for (RandomModel model : RandomModel.ALL) {
            BenchShape shape = BenchShape.of(model);
            for (MatrixShape matrix : shape.feedForward()) {
                for (WeightType type : WeightType.values()) {
                    if (matrix.columns() % type.blockValues() == 0) {
                        products.addAll(products(shape, matrix, type));
                    }
                }
            }
            attention.addAll(attention(shape));
        }
        return new Speeds(peak, products, attention);
    }

    /** All matrices of a model, each in its type. */
    Speeds measure(BenchShape shape, Checkpoint checkpoint) {
        List<ProductSpeed> products = new ArrayList<>();
        for (MatrixShape matrix : shape.matrices()) {
            WeightType type = checkpoint.tensor(matrix.tensor()).type();
            products.addAll(products(shape, matrix, type));
        }
        return new Speeds(peak, products, attention(shape));
    }

    private List<ProductSpeed> products(BenchShape shape, MatrixShape matrix, WeightType type) {
        phase.accept("measuring " + shape.model() + " " + matrix.name() + " " + type);
        long bytes = matrix.rows() * type.rowBytes(matrix.columns());
        int copies = Math.clamp(BEYOND_CACHES / bytes, 1, matrix.copies());
        List<ProductSpeed> speeds = new ArrayList<>();
        try (RandomProduct product =
                new RandomProduct(type, matrix.rows(), matrix.columns(), copies, BATCHES.getLast())) {
            for (int tokens : BATCHES) {
                double seconds = product.seconds(tokens, team);
                double gflops = product.flops(tokens) / seconds / 1e9;
                double read = product.bytes() / seconds / 1e9;
                speeds.add(new ProductSpeed(
                        shape.model(),
                        matrix.name(),
                        matrix.rows(),
                        matrix.columns(),
                        type,
                        tokens,
                        gflops,
                        gflops / peak.fmaGflops(),
                        read,
                        read / peak.readGbS()));
            }
        }
        return speeds;
    }

    /** At every context, for every type of keys and values. */
    private List<AttentionSpeed> attention(BenchShape shape) {
        phase.accept("measuring " + shape.model() + " attention");
        List<AttentionSpeed> speeds = new ArrayList<>();
        for (KvType type : KvType.values()) {
            KvLayout layout = new KvLayout(shape.kvHeads(), shape.headDim(), type);
            int group = shape.heads() / shape.kvHeads();
            for (int context : CONTEXTS) {
                long bytes = layout.blockBytes() * (context / KvLayout.BLOCK_TOKENS);
                int sequences = Math.clamp(BEYOND_CACHES / bytes, 1, MOST_SEQUENCES);
                try (RandomAttention attention = new RandomAttention(layout, group, context, sequences)) {
                    double read = attention.bytes() / attention.seconds(team) / 1e9;
                    speeds.add(
                            new AttentionSpeed(shape.model(), type, context, sequences, read, read / peak.readGbS()));
                }
            }
        }
        return speeds;
    }
}
