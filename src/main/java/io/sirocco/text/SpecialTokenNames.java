package io.sirocco.text;

import java.util.Optional;

/** Special tokens as {@code tokenizer_config.json} spells them: text, or an object with a {@code content}. */
final class SpecialTokenNames {

    private SpecialTokenNames() {}

    static Optional<String> token(JsonFields config, String name) {
        if (!config.has(name)) {
            return Optional.empty();
        }
        return Optional.of(config.isObject(name) ? config.object(name).text("content") : config.text(name));
    }
}
