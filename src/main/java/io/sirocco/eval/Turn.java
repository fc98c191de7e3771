package io.sirocco.eval;

import io.sirocco.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * One turn of a prompt, which becomes plain text or a message of a chat.
 *
 * @param delimiter what follows it in plain text
 */
record Turn(String role, String content, String delimiter) {

    static final String SYSTEM = "system";
    static final String USER = "user";
    static final String ASSISTANT = "assistant";

    static String text(List<Turn> turns) {
        StringBuilder text = new StringBuilder();
        turns.forEach(turn -> text.append(turn.content).append(turn.delimiter));
        return text.toString();
    }

    /** Each turn a message of its own. */
    static List<Message> multiturn(List<Turn> turns) {
        return turns.stream().map(Turn::message).toList();
    }

    /** Shots and question in one message of the user; what the system says, and what the answer begins with, stay apart. */
    static List<Message> singleTurn(List<Turn> turns) {
        List<Message> messages = new ArrayList<>();
        List<Turn> rest = turns;
        if (rest.getFirst().role.equals(SYSTEM)) {
            messages.add(rest.getFirst().message());
            rest = rest.subList(1, rest.size());
        }
        boolean begun = rest.getLast().role.equals(ASSISTANT);
        List<Turn> user = begun ? rest.subList(0, rest.size() - 1) : rest;
        List<Turn> joined = new ArrayList<>(user);
        joined.set(joined.size() - 1, new Turn(USER, user.getLast().content, ""));
        messages.add(new Message(USER, text(joined)));
        if (begun) {
            messages.add(rest.getLast().message());
        }
        return messages;
    }

    private Message message() {
        return new Message(role, content);
    }
}
