package io.sirocco.model;

import io.sirocco.kernel.Linear;
import io.sirocco.kernel.Matrix;
import io.sirocco.kernel.RowMatrix;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.PackedWeights;
import io.sirocco.weights.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts packed matrices, from a file or just made, into their places in the transformer. */
final class WeightLoader {

    /** Names of the fused matrices, behind the prefix of wq and w1. */
    static final String WQKV = "wqkv.weight";

    static final String W1W3 = "w1w3.weight";

    private final String model;
    private final ModelConfig config;
    private final Map<String, Matrix> matrices = new HashMap<>();
    private final Map<String, Tensor> vectors = new HashMap<>();

    private WeightLoader(String model, ModelConfig config) {
        this.model = model;
        this.config = config;
    }

    /** Packs the weights of a checkpoint into memory of the arena. */
    static Weights pack(Checkpoint checkpoint, ModelConfig config, Arena arena) {
        WeightPlan plan = new WeightPlan(checkpoint, config, Optional.empty());
        WeightLoader loader = new WeightLoader(checkpoint.path().getFileName().toString(), config);
        plan.matrices().forEach((name, matrix) -> loader.matrices.put(name, loader.pack(name, matrix, arena)));
        loader.vectors.putAll(plan.vectors());
        return loader.load();
    }

    /** Maps packed weights until the arena is closed. */
    static Weights map(String model, PackedWeights packed, ModelConfig config, Arena arena) {
        WeightLoader loader = new WeightLoader(model, config);
        packed.map(arena).forEach((name, tensor) -> {
            if (tensor.shape().size() == 1) {
                loader.vectors.put(name, tensor);
            } else {
                loader.matrices.put(
                        name,
                        Matrix.over(
                                tensor.type(),
                                Math.toIntExact(tensor.shape().get(0)),
                                Math.toIntExact(tensor.shape().get(1)),
                                tensor.data()));
            }
        });
        return loader.load();
    }

    private Matrix pack(String name, RowMatrix matrix, Arena arena) {
        try {
            return matrix.pack(arena);
        } catch (IllegalArgumentException e) {
            throw new ModelException(model + ": " + name + " cannot be used: " + e.getMessage(), e);
        }
    }

    private Weights load() {
        Linear embeddings = linear("tok_embeddings.weight", config.vocabSize(), config.dim());
        List<Weights.Layer> layers = new ArrayList<>();
        for (int n = 0; n < config.layers(); n++) {
            layers.add(layer("layers." + n + "."));
        }
        Linear output =
                config.tiedEmbeddings() ? embeddings : linear("output.weight", config.vocabSize(), config.dim());
        return new Weights(embeddings, List.copyOf(layers), vector("norm.weight"), output);
    }

    private Weights.Layer layer(String prefix) {
        int dim = config.dim();
        return new Weights.Layer(
                vector(prefix + "attention_norm.weight"),
                qkv(prefix + "attention."),
                linear(prefix + "attention.wo.weight", dim, config.heads() * config.headDim()),
                vector(prefix + "ffn_norm.weight"),
                linear(prefix + "feed_forward." + W1W3, 2 * Transformer.hiddenStride(config), dim),
                linear(prefix + "feed_forward.w2.weight", dim, config.hiddenDim()));
    }

    /** One matrix, or three where their types differ. */
    private Linear qkv(String prefix) {
        int dim = config.dim();
        int qDim = config.heads() * config.headDim();
        int kvDim = config.kvHeads() * config.headDim();
        if (matrices.containsKey(prefix + WQKV)) {
            return linear(prefix + WQKV, config.qkvDim(), dim);
        }
        return new Linear(List.of(
                matrix(prefix + "wq.weight", qDim, dim),
                matrix(prefix + "wk.weight", kvDim, dim),
                matrix(prefix + "wv.weight", kvDim, dim)));
    }

    private Linear linear(String name, int rows, int columns) {
        return new Linear(List.of(matrix(name, rows, columns)));
    }

    private Matrix matrix(String name, int rows, int columns) {
        Matrix matrix = matrices.get(name);
        if (matrix == null) {
            throw new ModelException(model + ": the matrix " + name + " is missing");
        }
        if (matrix.rows() != rows || matrix.columns() != columns) {
            throw new ModelException(model + ": " + name + " has the shape [" + matrix.rows() + ", " + matrix.columns()
                    + "]; the configuration expects [" + rows + ", " + columns + "]");
        }
        return matrix;
    }

    private float[] vector(String name) {
        Tensor vector = vectors.get(name);
        if (vector == null || !vector.shape().equals(List.of((long) config.dim()))) {
            throw new ModelException(
                    model + ": " + name + (vector == null ? " is missing" : " has the shape " + vector.shape())
                            + "; the configuration expects a vector of " + config.dim());
        }
        return Vectors.read(vector);
    }
}
