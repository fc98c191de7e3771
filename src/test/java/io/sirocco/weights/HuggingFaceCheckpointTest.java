package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.Goldens;
import io.sirocco.kernel.WeightType;
import java.util.List;
import org.junit.jupiter.api.Test;

class HuggingFaceCheckpointTest {
    @Test
    void tensorsStandUnderCanonicalNames() {
        try (Checkpoint model = Checkpoint.open(Goldens.resource("mistral-window4-worked"))) {
            assertEquals(Checkpoint.Format.HUGGING_FACE, model.format());
            assertEquals(Checkpoint.RotaryOrder.HALVES, model.rotaryOrder());
            assertEquals("mistral", model.config().get("model_type").textValue());
            assertTrue(
                    model.names().contains("layers.0.attention.wq.weight"),
                    () -> model.names().toString());
            Tensor embeddings = model.tensor("tok_embeddings.weight");
            assertEquals(WeightType.F32, embeddings.type());
            assertEquals(
                    List.of(
                            model.config().get("vocab_size").longValue(),
                            model.config().get("hidden_size").longValue()),
                    embeddings.shape());
            assertEquals(64, model.fingerprint().length());
        }
    }
}
