package io.sirocco.cli;

import io.sirocco.model.ModelConfig;
import io.sirocco.weights.RandomModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a model, as far as the kernels' speed depends on it.
 *
 * @param model its name
 */
record BenchShape(
        String model,
        int layers,
        int dim,
        int heads,
        int kvHeads,
        int headDim,
        int hiddenDim,
        int vocabSize,
        boolean tiedEmbeddings) {

    /**
     * A matrix that tokens are multiplied by.
     *
     * @param tensor a tensor that it is made of, by canonical name
     * @param copies how many there are of it in the model
     */
    record MatrixShape(String name, String tensor, int rows, int columns, int copies) {}

    static BenchShape of(String name, ModelConfig c) {
        return new BenchShape(
                name,
                c.layers(),
                c.dim(),
                c.heads(),
                c.kvHeads(),
                c.headDim(),
                c.hiddenDim(),
                c.vocabSize(),
                c.tiedEmbeddings());
    }

    static BenchShape of(RandomModel m) {
        return new BenchShape(
                m.name(),
                m.layers(),
                m.dim(),
                m.heads(),
                m.kvHeads(),
                m.headDim(),
                m.hiddenDim(),
                m.vocabSize(),
                m.tied());
    }

    /** The feed-forward layer, which most of the time goes to. */
    List<MatrixShape> feedForward() {
        return List.of(
                layer("w1w3", "feed_forward.w1", 2 * hiddenDim, dim), layer("w2", "feed_forward.w2", dim, hiddenDim));
    }

    /** All that a token is multiplied by. */
    List<MatrixShape> matrices() {
        List<MatrixShape> matrices = new ArrayList<>();
        matrices.add(layer("wqkv", "attention.wq", (heads + 2 * kvHeads) * headDim, dim));
        matrices.add(layer("wo", "attention.wo", dim, heads * headDim));
        matrices.addAll(feedForward());
        matrices.add(new MatrixShape(
                "output", tiedEmbeddings ? "tok_embeddings.weight" : "output.weight", vocabSize, dim, 1));
        return matrices;
    }

    private MatrixShape layer(String name, String tensor, int rows, int columns) {
        return new MatrixShape(name, "layers.0." + tensor + ".weight", rows, columns, layers);
    }
}
