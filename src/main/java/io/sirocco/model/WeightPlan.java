package io.sirocco.model;

import io.sirocco.kernel.Conversion;
import io.sirocco.kernel.RowMatrix;
import io.sirocco.kernel.RowSource;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.Tensor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What of a checkpoint is to be packed, as the forward pass wants it: wq, wk, wv under each other as {@code attention.wqkv}, with the rows
 * of q and k in rotate-half order, gate and up interleaved as {@code feed_forward.w1w3}, all else under its own name. Each shape is
 * checked against the configuration.
 */
final class WeightPlan {

    private final Checkpoint checkpoint;
    private final ModelConfig config;
    private final Optional<WeightType> asked;
    private final Set<String> used = new HashSet<>();
    private final Map<String, RowMatrix> matrices = new LinkedHashMap<>();
    private final Map<String, Tensor> vectors = new LinkedHashMap<>();

    /**
     * @param asked the type of all matrices, or their own if empty
     * @throws ModelException naming the first tensor that is missing, does not fit, or has no place
     */
    WeightPlan(Checkpoint checkpoint, ModelConfig config, Optional<WeightType> asked) {
        this.checkpoint = checkpoint;
        this.config = config;
        this.asked = asked;
        add("tok_embeddings.weight", config.vocabSize(), config.dim());
        for (int n = 0; n < config.layers(); n++) {
            addLayer("layers." + n + ".");
        }
        addVector("norm.weight", config.dim());
        if (config.tiedEmbeddings()) {
            used.add("output.weight"); // some tied checkpoints store the embedding twice
        } else {
            add("output.weight", config.vocabSize(), config.dim());
        }
        if (checkpoint.names().contains("rope_freqs.weight")) {
            addVector("rope_freqs.weight", config.headDim() / 2);
        }
        refuseUnused();
    }

    /** By name, in the order of the forward pass. */
    Map<String, RowMatrix> matrices() {
        return matrices;
    }

    /** As they are stored. */
    Map<String, Tensor> vectors() {
        return vectors;
    }

    /** Whether some matrix gets another type than it has. */
    boolean converts() {
        return asked.isPresent()
                && used.stream()
                        .filter(checkpoint.names()::contains)
                        .map(checkpoint::tensor)
                        .anyMatch(tensor -> tensor.shape().size() == 2 && tensor.type() != asked.get());
    }

    private void addLayer(String layer) {
        int dim = config.dim();
        int hidden = config.hiddenDim();
        addVector(layer + "attention_norm.weight", dim);
        addQkv(layer + "attention.");
        add(layer + "attention.wo.weight", dim, config.heads() * config.headDim());
        addVector(layer + "ffn_norm.weight", dim);
        addGateUp(layer + "feed_forward.");
        add(layer + "feed_forward.w2.weight", dim, hidden);
    }

    private void addQkv(String prefix) {
        int kvDim = config.kvHeads() * config.headDim();
        Tensor wq = matrix(prefix + "wq.weight", (long) config.heads() * config.headDim(), config.dim());
        Tensor wk = matrix(prefix + "wk.weight", kvDim, config.dim());
        Tensor wv = matrix(prefix + "wv.weight", kvDim, config.dim());
        List<Tensor> tensors = List.of(wq, wk, wv);
        List<RowSource> rows = List.of(rotary(rows(wq)), rotary(rows(wk)), rows(wv));
        if (tensors.stream().map(this::type).distinct().count() == 1) {
            put(prefix + WeightLoader.WQKV, wq, config.qkvDim(), concatenated(tensors, rows));
        } else {
            for (int i = 0; i < tensors.size(); i++) {
                put(tensors.get(i).name(), tensors.get(i), height(tensors.get(i)), rows.get(i));
            }
        }
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

    private void addGateUp(String prefix) {
        Tensor gate = matrix(prefix + "w1.weight", config.hiddenDim(), config.dim());
        Tensor up = matrix(prefix + "w3.weight", config.hiddenDim(), config.dim());
        if (type(gate) != type(up)) {
            throw new ModelException(
                    up.name() + " is " + up.type() + "; expected " + gate.type() + ", as " + gate.name());
        }
        matrices.put(
                prefix + WeightLoader.W1W3,
                usable(
                        gate,
                        () -> RowMatrix.gateUp(type(gate), config.hiddenDim(), config.dim(), rows(gate), rows(up))));
    }

    private void add(String name, int rows, int columns) {
        Tensor tensor = matrix(name, rows, columns);
        put(name, tensor, rows, rows(tensor));
    }

    private void put(String name, Tensor tensor, int rows, RowSource source) {
        int columns = Math.toIntExact(tensor.shape().get(1));
        matrices.put(name, usable(tensor, () -> new RowMatrix(type(tensor), rows, columns, source)));
    }

    private void addVector(String name, long length) {
        vectors.put(name, shaped(name, List.of(length)));
    }

    private WeightType type(Tensor tensor) {
        return asked.orElse(tensor.type());
    }

    private RowSource rows(Tensor tensor) {
        int columns = Math.toIntExact(tensor.shape().get(1));
        long bytes = tensor.type().rowBytes(columns);
        RowSource stored = r -> tensor.data().asSlice(r * bytes, bytes);
        return type(tensor) == tensor.type()
                ? stored
                : usable(tensor, () -> Conversion.rows(stored, tensor.type(), columns, type(tensor)));
    }

    /** Rows of wq or wk in rotate-half order: within a head, row i pairs with row i + headDim / 2. */
    private RowSource rotary(RowSource stored) {
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

    private Tensor shaped(String name, List<Long> shape) {
        Tensor tensor = checkpoint.tensor(name);
        used.add(name);
        if (!tensor.shape().equals(shape)) {
            throw new ModelException(model() + ": " + name + " has the shape " + tensor.shape()
                    + "; the configuration expects " + shape);
        }
        return tensor;
    }

    private <T> T usable(Tensor tensor, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new ModelException(model() + ": " + tensor.name() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private void refuseUnused() {
        checkpoint.names().stream()
                .filter(name -> !used.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new ModelException(model() + ": the tensor " + name + " has no place in a model of "
                            + config.layers() + " layers of this kind");
                });
    }

    private String model() {
        return checkpoint.path().getFileName().toString();
    }
}
