package io.sirocco.text;

import io.sirocco.text.jinja.Python;
import java.util.List;
import java.util.stream.IntStream;

/** A context and what continues it, in tokens. */
public record TokenPair(List<Integer> context, List<Integer> continuation) {

    /**
     * The tokens of two texts as lm-evaluation-harness has them. Both are encoded together, and the continuation is what comes after the
     * context's own tokens; white space at the context's end is the continuation's, because tokenizers join it to the word that follows.
     * Either may come out empty.
     *
     * @param addSpecialTokens as for {@link Tokenizer#encode}
     * @throws TokenizerException if a text cannot be tokenized
     */
    public static TokenPair encode(Tokenizer tokenizer, String context, String continuation, boolean addSpecialTokens) {
        List<Integer> own = tokens(tokenizer, Python.rstrip(context), addSpecialTokens);
        List<Integer> whole = tokens(tokenizer, context + continuation, addSpecialTokens);
        return new TokenPair(own, whole.subList(Math.min(own.size(), whole.size()), whole.size()));
    }

    private static List<Integer> tokens(Tokenizer tokenizer, String text, boolean addSpecialTokens) {
        return IntStream.of(tokenizer.encode(text, addSpecialTokens)).boxed().toList();
    }
}
