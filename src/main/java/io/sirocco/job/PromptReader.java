package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Prompt;
import io.sirocco.text.Message;
import io.sirocco.text.PromptTemplate;
import io.sirocco.text.jinja.TemplateException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Makes a row's prompt. One per task. */
final class PromptReader {

    private final PromptSource source;
    private final int columns;
    private final boolean chat;
    private final String system;
    private final PromptTemplate template;

    /**
     * @param columns the row's own columns, without those that the job added
     * @param chat whether text is wrapped as a user message
     * @param system system message in front of a chat, or null
     */
    PromptReader(PromptSource source, int columns, boolean chat, String system) {
        this.source = source;
        this.columns = columns;
        this.chat = chat;
        this.system = system;
        template = source instanceof PromptSource.Template(String text) ? PromptTemplate.parse(text) : null;
    }

    Prompt read(Row row) throws BadRow {
        return switch (source) {
            case PromptSource.Text(String column, int index) -> asked(row.getString(index), column);
            case PromptSource.Template _ -> rendered(RowValues.columns(row, columns));
            case PromptSource.Messages(String column, int index) ->
                chat(MessagesReader.read(column, RowValues.plain(row.get(index))));
            case PromptSource.TokenIds(String column, int index) ->
                new Prompt.Ids(ids(column, RowValues.plain(row.get(index))));
            case PromptSource.Batch(int url, int body) ->
                BatchBody.read(row.getString(url), row.getString(body)).prompt(this);
        };
    }

    /** The prompt that a chat is. */
    Prompt chat(List<Message> messages) {
        return new Prompt.Chat(withSystem(messages));
    }

    /**
     * The prompt that a text is.
     *
     * @param what the text's name for people
     */
    Prompt asked(String text, String what) throws BadRow {
        if (text == null || text.isEmpty()) {
            throw new BadRow(Code.EMPTY_PROMPT, what + (text == null ? " is null" : " is empty"));
        }
        return chat ? chat(List.of(new Message("user", text))) : new Prompt.Text(text);
    }

    private List<Message> withSystem(List<Message> messages) {
        if (system == null || messages.getFirst().role().equals("system")) {
            return messages;
        }
        List<Message> all = new ArrayList<>();
        all.add(new Message("system", system));
        all.addAll(messages);
        return all;
    }

    /** The prompt that the template makes of these values. */
    Prompt rendered(Map<String, ?> values) throws BadRow {
        try {
            return asked(template.render(values), "the rendered prompt");
        } catch (TemplateException | IllegalArgumentException e) {
            throw new BadRow(Code.TEMPLATE_ERROR, e.getMessage());
        }
    }

    static List<Integer> ids(String column, Object value) throws BadRow {
        Object ids = value;
        if (value == null) {
            throw new BadRow(Code.EMPTY_PROMPT, column + " is null");
        }
        if (value instanceof String text) {
            try {
                ids = RowValues.json(text);
            } catch (IllegalArgumentException e) {
                throw new BadRow(Code.TOKENIZER_ERROR, column + " is " + e.getMessage());
            }
        }
        if (!(ids instanceof List<?> list)) {
            throw new BadRow(Code.TOKENIZER_ERROR, column + " is not a list of token ids");
        }
        List<Integer> read = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            try {
                read.add(new BigDecimal(String.valueOf(list.get(i))).intValueExact());
            } catch (ArithmeticException | NumberFormatException _) {
                throw new BadRow(
                        Code.TOKENIZER_ERROR, column + "[" + i + "] is " + list.get(i) + "; expected a token id");
            }
        }
        return read;
    }
}
