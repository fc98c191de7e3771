package io.sirocco.text;

/** Messages that are no chat: none at all, or one without a role or a content. The message is for people. */
public final class InvalidMessagesException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidMessagesException(String message) {
        super(message);
    }
}
