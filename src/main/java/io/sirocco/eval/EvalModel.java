package io.sirocco.eval;

import io.sirocco.model.ModelConfig;
import io.sirocco.text.ChatTemplate;
import io.sirocco.text.SpecialTokens;
import io.sirocco.text.Tokenizer;
import io.sirocco.weights.Checkpoint;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What requests depend on of a model: no weights are loaded.
 *
 * @param maxLength most tokens of context and answer
 * @param prefixToken before a text that has no context
 */
public record EvalModel(
        String name,
        Tokenizer tokenizer,
        Optional<ChatTemplate> chatTemplate,
        int maxLength,
        int prefixToken,
        SpecialTokens special)
        implements AutoCloseable {

    /**
     * Opens a model.
     *
     * @param maxLength at most the model's context; empty for that
     * @throws EvalException if it has no tokenizer, or a shorter context
     */
    public static EvalModel open(Path path, OptionalInt maxLength) {
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            int context = ModelConfig.of(checkpoint).contextLength();
            int length = maxLength.orElse(context);
            if (length < 1 || length > context) {
                throw new EvalException("max-length is " + length + "; the model's context is " + context);
            }
            SpecialTokens special = SpecialTokens.of(checkpoint);
            int prefix = special.bos()
                    .orElseGet(
                            () -> special.eos().stream()
                                    .mapToInt(id -> id)
                                    .min()
                                    .orElseThrow(
                                            () -> new EvalException(
                                                    path
                                                            + " names neither a BOS nor an EOS token; one of them begins a text without context")));
            Tokenizer tokenizer = Tokenizer.open(checkpoint)
                    .orElseThrow(() -> new EvalException(path + " has no tokenizer; tasks are text"));
            return new EvalModel(
                    path.getFileName().toString(), tokenizer, ChatTemplate.open(checkpoint), length, prefix, special);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
