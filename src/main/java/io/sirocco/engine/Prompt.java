package io.sirocco.engine;

import io.sirocco.text.Message;
import java.util.List;

/** What a row asks, in one of three forms. */
public sealed interface Prompt {

    /** Text used as it is; BOS is added if the tokenizer adds one. */
    record Text(String text) implements Prompt {}

    /** A chat: the model's template is applied, with the generation prompt. */
    record Chat(List<Message> messages) implements Prompt {
        public Chat {
            messages = List.copyOf(messages);
        }
    }

    /** Token ids used as they are; nothing is added. */
    record Ids(List<Integer> ids) implements Prompt {
        public Ids {
            ids = List.copyOf(ids);
        }
    }
}
