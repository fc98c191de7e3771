package io.sirocco.text;

/** One message of a chat: {@code role} is system, user, assistant or what the model's template knows. */
public record Message(String role, String content) {}
