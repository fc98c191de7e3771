package io.sirocco.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one format spells the tensors of a Mistral or Llama model. A name outside its tables (a bias, a query norm, an expert) would change
 * the arithmetic, so it is never passed over.
 */
final class TensorNames {
    static final TensorNames HUGGING_FACE = new TensorNames(
            Map.of(
                    "model.embed_tokens.weight", "tok_embeddings.weight",
                    "model.norm.weight", "norm.weight",
                    "lm_head.weight", "output.weight"),
            "model\\.layers",
            Map.of(
                    "input_layernorm.weight", "attention_norm.weight",
                    "self_attn.q_proj.weight", "attention.wq.weight",
                    "self_attn.k_proj.weight", "attention.wk.weight",
                    "self_attn.v_proj.weight", "attention.wv.weight",
                    "self_attn.o_proj.weight", "attention.wo.weight",
                    "post_attention_layernorm.weight", "ffn_norm.weight",
                    "mlp.gate_proj.weight", "feed_forward.w1.weight",
                    "mlp.down_proj.weight", "feed_forward.w2.weight",
                    "mlp.up_proj.weight", "feed_forward.w3.weight"),
            // A buffer of rotary frequencies that transformers before 4.32 stored; config.json says how to compute it.
            Set.of("self_attn.rotary_emb.inv_freq"));

    static final TensorNames GGUF = new TensorNames(
            Map.of(
                    "token_embd.weight", "tok_embeddings.weight",
                    "output_norm.weight", "norm.weight",
                    "output.weight", "output.weight",
                    "rope_freqs.weight", "rope_freqs.weight"),
            "blk",
            Map.of(
                    "attn_norm.weight", "attention_norm.weight",
                    "attn_q.weight", "attention.wq.weight",
                    "attn_k.weight", "attention.wk.weight",
                    "attn_v.weight", "attention.wv.weight",
                    "attn_output.weight", "attention.wo.weight",
                    "ffn_norm.weight", "ffn_norm.weight",
                    "ffn_gate.weight", "feed_forward.w1.weight",
                    "ffn_down.weight", "feed_forward.w2.weight",
                    "ffn_up.weight", "feed_forward.w3.weight"),
            Set.of());

    private final Map<String, String> ofModel;
    private final Pattern layer;
    private final Map<String, String> ofLayer;
    private final Set<String> ignoredInLayer;

    TensorNames(Map<String, String> ofModel, String layers, Map<String, String> ofLayer, Set<String> ignoredInLayer) {
        this.ofModel = ofModel;
        // One spelling per layer number, so that no two names mean the same tensor.
        this.layer = Pattern.compile(layers + "\\.(0|[1-9][0-9]{0,4})\\.(.+)");
        this.ofLayer = ofLayer;
        this.ignoredInLayer = ignoredInLayer;
    }

    /** The canonical name (see {@link Checkpoint}); empty if the name is none of a Mistral or Llama model. */
    Optional<String> canonical(String name) {
        Matcher inLayer = layer.matcher(name);
        if (inLayer.matches()) {
            return Optional.ofNullable(ofLayer.get(inLayer.group(2)))
                    .map(rest -> "layers." + inLayer.group(1) + "." + rest);
        }
        return Optional.ofNullable(ofModel.get(name));
    }

    /**
     * The tensors a model computes with, by canonical name; refuses the model if there is one that nobody here computes with.
     *
     * @param path the model, for the message
     * @param field the configuration's field that says what kind of model it is, and {@code kind} its value, for the message
     */
    Map<String, StoredTensor> rename(Path path, String field, String kind, Collection<StoredTensor> tensors) {
        Map<String, StoredTensor> renamed = new HashMap<>();
        List<StoredTensor> unknown = new ArrayList<>();
        for (StoredTensor tensor : tensors) {
            Optional<String> name = canonical(tensor.name());
            if (name.isPresent()) {
                renamed.put(name.get(), tensor);
            } else if (!ignored(tensor.name())) {
                unknown.add(tensor);
            }
        }
        if (!unknown.isEmpty()) {
            String first = Quoted.of(unknown.getFirst().name());
            throw new ModelException(path + ": tensor " + first + " is not one of a Mistral or Llama model (" + field
                    + " is " + Quoted.of(kind) + ", " + unknown.size()
                    + " such tensors); it changes the answers, so this model is not supported");
        }
        return renamed;
    }

    /** Whether a tensor of this name may be left out because it only repeats what the configuration says. */
    boolean ignored(String name) {
        Matcher inLayer = layer.matcher(name);
        return inLayer.matches() && ignoredInLayer.contains(inLayer.group(2));
    }
}
