package io.sirocco.text;

/** A text that cannot be tokenized, or a tokenizer file that cannot be used. The message is for people. */
public final class TokenizerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TokenizerException(String message) {
        super(message);
    }

    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
