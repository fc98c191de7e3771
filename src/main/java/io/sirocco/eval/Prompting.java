package io.sirocco.eval;

import java.util.Optional;

/**
 * How prompts are made, for all tasks of a run.
 *
 * @param chat how they are put to a chat model; empty for plain text
 * @param systemInstruction what stands before each task's description
 */
record Prompting(Optional<ChatFormat> chat, Optional<String> systemInstruction) {

    static final Prompting PLAIN = new Prompting(Optional.empty(), Optional.empty());
}
