package io.sirocco.text;

/**
 * Text of an answer as its ids come. The pieces {@link #accept} returned and what {@link #finish} adds, put together, are exactly
 * {@link Tokenizer#decode} of all the ids: a piece is held back until no later id can change it. A byte-level tokenizer holds at most
 * the bytes of one unfinished character; a SentencePiece one holds a run of byte tokens until it ends, because one bad byte makes all
 * of them U+FFFD. The work per id does not grow with the text. Not safe for threads.
 *
 * <p>Example: for the ids of {@code "né"} where {@code é} is cut into the tokens C3 and A9, {@code accept} returns {@code "n"},
 * {@code ""} and {@code "é"}, and {@code finish} returns {@code ""}.
 */
public final class IncrementalDetokenizer {
    private final Vocabulary vocabulary;
    private final boolean skipSpecialTokens;
    private final StringBuilder text = new StringBuilder();
    private final PieceStream pieces;

    IncrementalDetokenizer(Vocabulary vocabulary, Decoder decoder, boolean skipSpecialTokens) {
        this.vocabulary = vocabulary;
        this.skipSpecialTokens = skipSpecialTokens;
        this.pieces = decoder.open(text);
    }

    /** Adds an id; returns the text that is certain now and was not returned before, often empty. */
    public String accept(int id) {
        add(id);
        return take();
    }

    /** The rest of the text, when no more ids come: U+FFFD for what ended in the middle of a character. */
    public String finish() {
        pieces.end();
        return take();
    }

    void add(int id) {
        String piece = vocabulary.piece(id);
        if (piece != null && !(skipSpecialTokens && vocabulary.isSpecial(id))) {
            pieces.piece(piece);
        }
    }

    private String take() {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }
}
