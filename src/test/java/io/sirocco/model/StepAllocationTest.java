package io.sirocco.model;

import io.sirocco.Allocation;
import io.sirocco.Goldens;
import io.sirocco.cache.BlockPool;
import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.Team;
import io.sirocco.weights.Checkpoint;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class StepAllocationTest {

    /** The one object of a step: what it tells the team to run. */
    private static final long TASK_BYTES = 32;

    @Test
    void aStepAllocatesNothingButItsTask() {
        try (Checkpoint checkpoint = Checkpoint.open(Goldens.resource("mistral-window4-worked"));
                Transformer model = Transformer.load(checkpoint, Optional.empty(), Kernels.get());
                BufferAllocator allocator = new RootAllocator();
                BlockPool pool = new BlockPool(allocator, model.kvLayout(KvType.F32), 8);
                RollingCache prompt = new RollingCache(pool, model.config().windows(), 8, 8);
                RollingCache answer = new RollingCache(pool, model.config().windows(), 8, 8);
                Team team = new Team(1)) {
            Step step = new Step(9, 2, model.config().vocabSize());
            Activations activations = new Activations(model, 9, 2, 1);
            int[] ids = {1, 5, 9, 33, 17, 2, 60, 8};
            prompt.reserve(8);
            answer.reserve(1);
            Allocation.assertAtMost(TASK_BYTES, "a step", () -> {
                step.add(prompt, ids, 0, 8, 1);
                step.add(answer, ids, 3, 1, 1);
                model.forward(step, activations, pool, team);
                step.clear();
            });
        }
    }
}
