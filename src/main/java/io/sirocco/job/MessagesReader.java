package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import io.sirocco.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a row's messages, from a column of structs or from JSON text. */
final class MessagesReader {

    private MessagesReader() {}

    /** @param value a plain value of {@link RowValues} */
    static List<Message> read(String column, Object value) throws BadRow {
        Object messages = value;
        if (value == null) {
            throw new BadRow(Code.EMPTY_PROMPT, column + " is null");
        }
        if (value instanceof String text) {
            try {
                messages = RowValues.json(text);
            } catch (IllegalArgumentException e) {
                throw new BadRow(Code.INVALID_MESSAGES, column + " is " + e.getMessage());
            }
        }
        if (!(messages instanceof List<?> list)) {
            throw new BadRow(Code.INVALID_MESSAGES, column + " is not a list; expected messages of role and content");
        }
        if (list.isEmpty()) {
            throw new BadRow(Code.INVALID_MESSAGES, column + " is empty; expected at least one message");
        }
        List<Message> read = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            read.add(message(column + "[" + i + "]", list.get(i)));
        }
        return read;
    }

    private static Message message(String place, Object value) throws BadRow {
        if (!(value instanceof Map<?, ?> fields)) {
            throw new BadRow(Code.INVALID_MESSAGES, place + " is not an object of role and content");
        }
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (field.getValue() != null
                    && !field.getKey().equals("role")
                    && !field.getKey().equals("content")) {
                throw new BadRow(
                        Code.INVALID_MESSAGES, place + " has " + field.getKey() + "; expected role and content only");
            }
        }
        return new Message(text(place, fields, "role"), text(place, fields, "content"));
    }

    private static String text(String place, Map<?, ?> fields, String name) throws BadRow {
        return switch (fields.get(name)) {
            case null -> throw new BadRow(Code.INVALID_MESSAGES, place + " has no " + name);
            case String text
            when name.equals("role") && text.isEmpty() ->
                throw new BadRow(Code.INVALID_MESSAGES, place + ".role is empty");
            case String text -> text;
            default -> throw new BadRow(Code.INVALID_MESSAGES, place + "." + name + " is not a text");
        };
    }
}
