package io.sirocco.text;

import io.sirocco.weights.Checkpoint;
import java.util.Optional;

/** Text to token ids and back. Implementations are immutable and safe for many threads. */
public interface Tokenizer extends AutoCloseable {

    /**
     * The tokenizer of a model: {@code tokenizer.json} of a Hugging Face directory, or the {@code tokenizer.ggml.*} metadata of a GGUF
     * file. Empty if the model brings none.
     *
     * @throws TokenizerException if there is one that cannot be used; the message names the file, the field and what was expected
     */
    static Optional<Tokenizer> open(Checkpoint checkpoint) {
        return TokenizerFiles.open(checkpoint);
    }

    /**
     * Token ids of a text. Special tokens spelled out in the text become their ids, as in the reference library.
     *
     * @param addSpecialTokens whether BOS (and whatever the tokenizer's post-processor adds) goes around it, as for a plain prompt;
     *     false for text that a chat template rendered, which brings its own. A text that begins with BOS never gets a second one
     * @throws TokenizerException if the text cannot be tokenized
     */
    int[] encode(String text, boolean addSpecialTokens);

    /**
     * Text of token ids, as the tokenizer's decoder in {@code tokenizer.json} defines it: byte-level tokenizers turn each maximal
     * ill-formed UTF-8 part into one U+FFFD, SentencePiece ones each byte of a run that is not UTF-8. Ids without a token are left out.
     *
     * @param skipSpecialTokens leave control tokens such as {@code </s>} out
     */
    String decode(int[] ids, boolean skipSpecialTokens);

    /** {@link #decode}, one id at a time; each answer being generated needs one of its own. */
    IncrementalDetokenizer detokenizer(boolean skipSpecialTokens);

    /** Number of ids this tokenizer can produce; ids are 0 to vocabularySize() - 1. */
    int vocabularySize();

    /** The id of exactly this token (such as {@code <|im_end|>}), or -1. */
    int tokenId(String token);

    /**
     * The bytes that each id adds to a text; null for special tokens, ids without a token and tokens without bytes.
     *
     * @param first whether the id begins the text: some tokenizers leave the space in front of it out
     * @throws TokenizerException if what an id adds depends on more than that
     */
    byte[][] tokenBytes(boolean first);

    @Override
    void close();
}
