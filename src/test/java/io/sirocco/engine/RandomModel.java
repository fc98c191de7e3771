package io.sirocco.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.kernel.WeightType;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A tiny model with random weights, in memory: 2 layers, 4 heads of 8 on 2 KV heads, 64 tokens; id 2 is EOS. */
final class RandomModel implements Checkpoint {

    static final int VOCABULARY = 64;
    private static final int DIM = 32;
    private static final int HIDDEN = 64;
    private static final int KV_DIM = 16;

    private final ObjectNode config = new JsonMapper().createObjectNode();
    private final Map<String, Tensor> tensors = new TreeMap<>();
    private final Random random = new Random(42);
    private final WeightType type;

    /** @param window 0 for none */
    RandomModel(WeightType type, int window) {
        this(type, window, 4096);
    }

    RandomModel(WeightType type, int window, int context) {
        this.type = type;
        config.put("model_type", "mistral").put("hidden_act", "silu").put("tie_word_embeddings", false);
        config.put("hidden_size", DIM).put("num_hidden_layers", 2).put("num_attention_heads", 4);
        config.put("num_key_value_heads", 2).put("head_dim", 8).put("intermediate_size", HIDDEN);
        config.put("vocab_size", VOCABULARY)
                .put("max_position_embeddings", context)
                .put("rms_norm_eps", 1e-5);
        config.put("rope_theta", 10000.0).put("eos_token_id", 2);
        if (window > 0) {
            config.put("sliding_window", window);
        } else {
            config.putNull("sliding_window");
        }
        matrix("tok_embeddings.weight", VOCABULARY, DIM);
        matrix("output.weight", VOCABULARY, DIM);
        vector("norm.weight");
        for (int n = 0; n < 2; n++) {
            String layer = "layers." + n + ".";
            vector(layer + "attention_norm.weight");
            vector(layer + "ffn_norm.weight");
            matrix(layer + "attention.wq.weight", DIM, DIM);
            matrix(layer + "attention.wk.weight", KV_DIM, DIM);
            matrix(layer + "attention.wv.weight", KV_DIM, DIM);
            matrix(layer + "attention.wo.weight", DIM, DIM);
            matrix(layer + "feed_forward.w1.weight", HIDDEN, DIM);
            matrix(layer + "feed_forward.w2.weight", DIM, HIDDEN);
            matrix(layer + "feed_forward.w3.weight", HIDDEN, DIM);
        }
    }

    /** Puts a value that is not a number into the embedding of one token. */
    RandomModel poison(int token) {
        int bytes = Math.toIntExact(type.rowBytes(DIM));
        if (type != WeightType.F32) {
            throw new IllegalStateException("only f32 weights can be poisoned here");
        }
        Tensor embeddings = tensors.get("tok_embeddings.weight");
        ByteBuffer data = ByteBuffer.allocate(VOCABULARY * bytes).order(ByteOrder.LITTLE_ENDIAN);
        data.put(embeddings.data().asByteBuffer());
        data.putFloat(token * bytes, Float.NaN);
        tensors.put(
                embeddings.name(),
                new Tensor(embeddings.name(), type, embeddings.shape(), MemorySegment.ofArray(data.array())));
        return this;
    }

    private void vector(String name) {
        ByteBuffer data = ByteBuffer.allocate(4 * DIM).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < DIM; i++) {
            data.putFloat(1 + (float) random.nextGaussian() / 10);
        }
        tensors.put(name, new Tensor(name, WeightType.F32, List.of((long) DIM), MemorySegment.ofArray(data.array())));
    }

    private void matrix(String name, int rows, int columns) {
        byte[] bytes = new byte[Math.toIntExact(rows * type.rowBytes(columns))];
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            switch (type) {
                case F32 -> data.putFloat((float) random.nextGaussian() / 3);
                case BF16 -> data.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian() / 3) >>> 16));
                case Q8_0 -> {
                    byte[] values = new byte[32];
                    random.nextBytes(values);
                    data.putShort(Float.floatToFloat16(0.004f + random.nextFloat() / 500));
                    data.put(values);
                }
                case F16, Q4_0, Q4_1, Q6_K -> throw new IllegalArgumentException("not made here: " + type);
            }
        }
        tensors.put(name, new Tensor(name, type, List.of((long) rows, (long) columns), MemorySegment.ofArray(bytes)));
    }

    @Override
    public Format format() {
        return Format.HUGGING_FACE;
    }

    @Override
    public RotaryOrder rotaryOrder() {
        return RotaryOrder.HALVES;
    }

    @Override
    public Path path() {
        return Path.of("random-model");
    }

    @Override
    public JsonNode config() {
        return config;
    }

    @Override
    public Optional<Path> file(String name) {
        return Optional.empty();
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public Tensor tensor(String name) {
        return tensors.get(name);
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public String fingerprint() {
        return "random";
    }

    @Override
    public void close() {}
}
