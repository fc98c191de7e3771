package io.sirocco.model;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;

/**
 * Reads the rotary settings in either spelling: {@code rope_theta} with {@code rope_scaling} (transformers 4), or one object
 * {@code rope_parameters} (transformers 5).
 */
final class HuggingFaceRope {

    private HuggingFaceRope() {}

    static Rope read(ConfigFields config) {
        config.only("partial_rotary_factor", IntNode.valueOf(1));
        if (config.find("rope_parameters").isEmpty()) {
            double theta = config.positive("rope_theta");
            return config.find("rope_scaling")
                    .map(scaling -> scaled(theta, new ConfigFields("config.json: rope_scaling", scaling)))
                    .orElseGet(() -> new Rope.Plain(theta));
        }
        ConfigFields rope = new ConfigFields(
                "config.json: rope_parameters", config.find("rope_parameters").orElseThrow());
        Rope read = scaled(rope.positive("rope_theta"), rope);
        for (String old : new String[] {"rope_theta", "rope_scaling"}) {
            config.find(old).ifPresent(value -> {
                if (!value.equals(rope.find(old).orElse(NullNode.instance))) {
                    throw config.refuse(old, value, "the value of rope_parameters, which is also given, or nothing");
                }
            });
        }
        return read;
    }

    private static Rope scaled(double theta, ConfigFields rope) {
        String key = rope.find("rope_type").isPresent() ? "rope_type" : "type";
        String type = rope.text(key, "\"default\", \"linear\" or \"llama3\"");
        rope.find("type").ifPresent(value -> {
            if (!value.asText().equals(type)) {
                throw rope.refuse("type", value, "the same as rope_type, \"" + type + "\"");
            }
        });
        rope.only("partial_rotary_factor", IntNode.valueOf(1));
        Rope read = switch (type) {
            case "default" -> new Rope.Plain(theta);
            case "linear" -> new Rope.Linear(theta, rope.positive("factor"));
            case "llama3" -> llama3(theta, rope);
            default -> throw rope.refuse(key, '"' + type + '"', "\"default\", \"linear\" or \"llama3\"");
        };
        rope.refuseUnknown();
        return read;
    }

    private static Rope llama3(double theta, ConfigFields rope) {
        double low = rope.positive("low_freq_factor");
        double high = rope.positive("high_freq_factor");
        if (high <= low) {
            throw rope.refuse("high_freq_factor", high, "more than low_freq_factor, " + low);
        }
        return new Rope.Llama3(
                theta, rope.positive("factor"), low, high, rope.positiveInt("original_max_position_embeddings"));
    }
}
