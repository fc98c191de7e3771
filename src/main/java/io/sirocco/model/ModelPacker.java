package io.sirocco.model;

import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.ModelException;
import io.sirocco.weights.PackedModel;
import io.sirocco.weights.PackedWeights;
import io.sirocco.weights.WeightCache;
import java.nio.file.Path;
import java.util.Optional;

/** Packs models for the kernels, once, so that later loads only map them. */
public final class ModelPacker {

    private ModelPacker() {}

    /**
     * Writes a model as a directory that {@link Checkpoint#open} takes like the original: weights in panels, and beside them all that
     * a model directory has.
     *
     * @param type what matrices are converted to; empty keeps each in its own type, and so all answers and the fingerprint
     * @throws ModelException if the directory is there already, cannot be written, or the model cannot be packed so
     */
    public static void pack(Checkpoint checkpoint, Path directory, Optional<WeightType> type) {
        if (checkpoint.packed().isPresent()) {
            throw new ModelException(checkpoint.path() + " is packed already; give the model that it was made of");
        }
        WeightPlan plan = new WeightPlan(checkpoint, ModelConfig.of(checkpoint), type);
        String conversion = plan.converts() ? type.get().name() : "";
        PackedModel.write(checkpoint, directory, conversion, plan.vectors().values(), plan.matrices());
    }

    /** The packed weights of a checkpoint: its own, or those of the cache, packed now if need be; empty if the cache cannot be written. */
    public static Optional<PackedWeights> packed(Checkpoint checkpoint, WeightCache cache) {
        if (checkpoint.packed().isPresent()) {
            checkpoint.packed().get().verify();
            return checkpoint.packed();
        }
        return cache.weights(checkpoint, directory -> {
            WeightPlan plan = new WeightPlan(checkpoint, ModelConfig.of(checkpoint), Optional.empty());
            PackedWeights.write(
                    directory, checkpoint.fingerprint(), plan.vectors().values(), plan.matrices());
        });
    }
}
