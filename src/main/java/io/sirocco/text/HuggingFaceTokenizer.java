package io.sirocco.text;

/** A {@code tokenizer.json}: encoding by the library that defines it, decoding by {@link Decoder}. */
final class HuggingFaceTokenizer implements Tokenizer {
    /** Far beyond any context; keeps the library's copies of a text in bounds. */
    static final int MAX_TEXT_CHARS = 1 << 24;

    private final NativeTokenizer library;
    private final Vocabulary vocabulary;
    private final Decoder decoder;
    private final BeginningOfSequence bos;

    HuggingFaceTokenizer(NativeTokenizer library, Vocabulary vocabulary, Decoder decoder, BeginningOfSequence bos) {
        this.library = library;
        this.vocabulary = vocabulary;
        this.decoder = decoder;
        this.bos = bos;
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens) {
        if (text.length() > MAX_TEXT_CHARS) {
            throw new TokenizerException(
                    "the text has " + text.length() + " characters; expected at most " + MAX_TEXT_CHARS);
        }
        int lone = Unicode.loneSurrogate(text);
        if (lone >= 0) {
            throw new TokenizerException("the text is not valid Unicode: half of a surrogate pair, U+"
                    + Integer.toHexString(text.charAt(lone)).toUpperCase(java.util.Locale.ROOT) + ", at character "
                    + lone);
        }
        return addSpecialTokens ? bos.encode(text, library) : library.encode(text, false);
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        IncrementalDetokenizer detokenizer = detokenizer(skipSpecialTokens);
        for (int id : ids) {
            detokenizer.add(id);
        }
        return detokenizer.finish();
    }

    @Override
    public IncrementalDetokenizer detokenizer(boolean skipSpecialTokens) {
        return new IncrementalDetokenizer(vocabulary, decoder, skipSpecialTokens);
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public int tokenId(String token) {
        return vocabulary.id(token);
    }

    @Override
    public byte[][] tokenBytes(boolean first) {
        return new TokenBytes(decoder).of(vocabulary, first);
    }

    @Override
    public void close() {
        library.close();
    }
}
