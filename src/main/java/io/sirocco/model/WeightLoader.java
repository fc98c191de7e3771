package io.sirocco.model;

import io.sirocco.kernel.Linear;
import io.sirocco.kernel.Matrix;
import io.sirocco.kernel.RowSource;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Packs a checkpoint's tensors for the kernels, checking each shape against the configuration. */
final class WeightLoader {

    private final Checkpoint checkpoint;
    private final ModelConfig config;
    private final Arena arena;
    private final Set<String> used = new HashSet<>();

    WeightLoader(Checkpoint checkpoint, ModelConfig config, Arena arena) {
        this.checkpoint = checkpoint;
        this.config = config;
        this.arena = arena;
    }

    Weights load() {
        int dim = config.dim();
        Linear embeddings = linear("tok_embeddings.weight", config.vocabSize(), dim);
        List<Weights.Layer> layers = new ArrayList<>();
        for (int n = 0; n < config.layers(); n++) {
            layers.add(layer("layers." + n + "."));
        }
        float[] norm = vector("norm.weight");
        Linear output = config.tiedEmbeddings() ? embeddings : linear("output.weight", config.vocabSize(), dim);
        if (config.tiedEmbeddings()) {
            used.add("output.weight"); // some tied checkpoints store the embedding twice
        }
        used.add("rope_freqs.weight");
        checkpoint.names().stream()
                .filter(name -> !used.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new ModelException(checkpoint.path().getFileName() + ": the tensor " + name
                            + " has no place in a model of " + config.layers() + " layers of this kind");
                });
        return new Weights(embeddings, List.copyOf(layers), norm, output);
    }

    private Weights.Layer layer(String prefix) {
        int dim = config.dim();
        int hidden = config.hiddenDim();
        int qDim = config.heads() * config.headDim();
        return new Weights.Layer(
                vector(prefix + "attention_norm.weight"),
                qkv(prefix + "attention."),
                linear(prefix + "attention.wo.weight", dim, qDim),
                vector(prefix + "ffn_norm.weight"),
                gateUp(
                        matrix(prefix + "feed_forward.w1.weight", hidden, dim),
                        matrix(prefix + "feed_forward.w3.weight", hidden, dim)),
                linear(prefix + "feed_forward.w2.weight", dim, hidden));
    }

    private Linear qkv(String prefix) {
        int kvDim = config.kvHeads() * config.headDim();
        List<Tensor> tensors = List.of(
                matrix(prefix + "wq.weight", (long) config.heads() * config.headDim(), config.dim()),
                matrix(prefix + "wk.weight", kvDim, config.dim()),
                matrix(prefix + "wv.weight", kvDim, config.dim()));
        List<RowSource> rows = List.of(rotaryRows(tensors.get(0)), rotaryRows(tensors.get(1)), rows(tensors.get(2)));
        if (tensors.stream().map(Tensor::type).distinct().count() == 1) {
            return new Linear(List.of(pack(tensors.getFirst(), config.qkvDim(), concatenated(tensors, rows))));
        }
        List<Matrix> parts = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            parts.add(pack(tensors.get(i), height(tensors.get(i)), rows.get(i)));
        }
        return new Linear(parts);
    }

    private static RowSource concatenated(List<Tensor> tensors, List<RowSource> rows) {
        return r -> {
            int part = 0;
            int row = r;
            while (row >= height(tensors.get(part))) {
                row -= height(tensors.get(part++));
            }
            return rows.get(part).row(row);
        };
    }

    private Linear gateUp(Tensor gate, Tensor up) {
        if (gate.type() != up.type()) {
            throw new ModelException(
                    up.name() + " is " + up.type() + "; expected " + gate.type() + ", as " + gate.name());
        }
        return packing(
                gate, () -> Linear.gateUp(gate.type(), config.hiddenDim(), config.dim(), rows(gate), rows(up), arena));
    }

    private Linear linear(String name, int rows, int columns) {
        Tensor tensor = matrix(name, rows, columns);
        return new Linear(List.of(pack(tensor, rows, rows(tensor))));
    }

    private Matrix pack(Tensor tensor, int rows, RowSource source) {
        int columns = Math.toIntExact(tensor.shape().get(1));
        return packing(tensor, () -> Matrix.pack(tensor.type(), rows, columns, source, arena));
    }

    private <T> T packing(Tensor tensor, Supplier<T> pack) {
        try {
            return pack.get();
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    checkpoint.path().getFileName() + ": " + tensor.name() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static RowSource rows(Tensor tensor) {
        WeightType type = tensor.type();
        long bytes = type.rowBytes(tensor.shape().get(1));
        return r -> tensor.data().asSlice(r * bytes, bytes);
    }

    /** Rows of wq or wk in rotate-half order: within a head, row i pairs with row i + headDim / 2. */
    private RowSource rotaryRows(Tensor tensor) {
        RowSource stored = rows(tensor);
        int headDim = config.headDim();
        return switch (checkpoint.rotaryOrder()) {
            case HALVES -> stored;
            case ADJACENT_PAIRS ->
                r -> {
                    int i = r % headDim;
                    int half = headDim / 2;
                    return stored.row(r - i + (i < half ? 2 * i : 2 * (i - half) + 1));
                };
        };
    }

    private static int height(Tensor tensor) {
        return Math.toIntExact(tensor.shape().getFirst());
    }

    private Tensor matrix(String name, long rows, long columns) {
        return shaped(name, List.of(rows, columns));
    }

    private float[] vector(String name) {
        return Vectors.read(shaped(name, List.of((long) config.dim())));
    }

    private Tensor shaped(String name, List<Long> shape) {
        Tensor tensor = checkpoint.tensor(name);
        used.add(name);
        if (!tensor.shape().equals(shape)) {
            throw new ModelException(checkpoint.path().getFileName() + ": " + name + " has the shape " + tensor.shape()
                    + "; the configuration expects " + shape);
        }
        return tensor;
    }
}
