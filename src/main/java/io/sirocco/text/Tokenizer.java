package io.sirocco.text;

/** Text to token ids and back. Implementations are immutable and safe for many threads. */
public interface Tokenizer extends AutoCloseable {

    /**
     * Token ids of a text.
     *
     * @param addSpecialTokens whether BOS (and whatever the tokenizer's post-processor adds) goes around it, as for a plain prompt;
     *     false for text that a chat template rendered, which brings its own
     * @throws TokenizerException if the text cannot be tokenized
     */
    int[] encode(String text, boolean addSpecialTokens);

    /**
     * Text of token ids; each maximal ill-formed UTF-8 part becomes one U+FFFD.
     *
     * @param skipSpecialTokens leave control tokens such as {@code </s>} out
     */
    String decode(int[] ids, boolean skipSpecialTokens);

    /** Number of ids this tokenizer can produce; ids are 0 to vocabularySize() - 1. */
    int vocabularySize();

    /** The id of exactly this token (such as {@code <|im_end|>}), or -1. */
    int tokenId(String token);

    @Override
    void close();
}
