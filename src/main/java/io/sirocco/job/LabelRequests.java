package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Prompt;
import io.sirocco.text.Message;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * How a row becomes a question for its label. It is sent to the tasks.
 *
 * @param source where a row's prompt stands; a text is put into {@link #BUILT_IN}
 * @param columns the input's own columns, which come first in a row
 * @param chat whether text is wrapped as a user message
 * @param system system message in front of a chat, or null
 * @param labels those of all rows, or null
 * @param labelsColumn name of the column with a row's own, or null
 * @param labelsIndex where it stands
 * @param delimiter between a prompt and its label
 */
record LabelRequests(
        PromptSource source,
        int columns,
        boolean chat,
        String system,
        LabelSet labels,
        String labelsColumn,
        int labelsIndex,
        String delimiter)
        implements RowCosts {

    /**
     * The prompt around a text. It names every label, so that a small model needs to know no more than to choose, and all of a label but
     * its first tokens is near certain. The labels come first: rows share them, and so the prefix cache has them.
     */
    static final String BUILT_IN = """
            Labels: {{ labels | join(', ') }}
            {% for label in labels if label in descriptions %}
            {{ label }}: {{ descriptions[label] }}
            {% endfor %}

            Text: {{ text }}
            Label:""";

    /** In place of a row's text when a label's score without any text is asked (Zhao et al. 2021, Calibrate Before Use). */
    private static final String NEUTRAL = "N/A";

    private static final int CHARACTERS_PER_TOKEN = 4;

    /** @throws JobException if the input has not what the options name */
    static LabelRequests of(StructType schema, LabelOptions options) {
        LabelSet labels = options.labelSet().orElse(null);
        int index = -1;
        if (labels == null) {
            ColumnName column = options.labelsColumn();
            index = Columns.optional(schema, column, "--labels-column")
                    .orElseThrow(() -> new JobException("there are no labels: the input has no column " + column.name()
                            + "; give them with --labels, --labels-file or --labels-column"));
        }
        return new LabelRequests(
                source(schema, options),
                schema.size(),
                options.chat() || options.system().isPresent(),
                options.system().orElse(null),
                labels,
                index < 0 ? null : schema.fieldNames()[index],
                index,
                options.delimiter().orElse(" "));
    }

    private static PromptSource source(StructType schema, LabelOptions options) {
        ColumnName text = options.promptColumn();
        ColumnName messages = options.messagesColumn();
        if (options.promptTemplate().isPresent()) {
            return new PromptSource.Template(options.promptTemplate().get());
        } else if (text.named()
                || (!messages.named() && Columns.find(schema, text.name()).isPresent())) {
            return PromptSource.text(schema, text);
        } else if (messages.named() || Columns.find(schema, messages.name()).isPresent()) {
            return PromptSource.messages(schema, messages);
        }
        throw new JobException("the input has no column " + text.name() + " or " + messages.name() + "; it has "
                + String.join(", ", schema.fieldNames())
                + ". Name one with --prompt-column or write a --prompt-template");
    }

    /**
     * A prompt and the labels that may follow it.
     *
     * @param continuations the labels as they follow the prompt
     */
    record Question(Prompt prompt, List<String> labels, List<String> continuations) {}

    /** Reads rows; one per task. */
    Reader reader() {
        return new Reader();
    }

    @Override
    public ToLongFunction<Row> estimator() {
        return reader()::cost;
    }

    /** Makes questions of rows. */
    final class Reader {
        private final PromptReader prompts = new PromptReader(
                source instanceof PromptSource.Text ? new PromptSource.Template(BUILT_IN) : source,
                columns,
                chat,
                system);

        /** What a row asks. */
        Question read(Row row) throws BadRow {
            return question(row, false);
        }

        /** What it would ask if all its text said nothing. */
        Question neutral(Row row) throws BadRow {
            return question(row, true);
        }

        private Question question(Row row, boolean neutral) throws BadRow {
            LabelSet set = labels == null ? own(row) : labels;
            Prompt prompt = prompt(row, set, neutral);
            boolean joined = !(prompt instanceof Prompt.Text(String text))
                    || (!text.isEmpty() && Character.isWhitespace(text.charAt(text.length() - 1)));
            List<String> names = set.names();
            return new Question(
                    prompt,
                    names,
                    joined ? names : names.stream().map(delimiter::concat).toList());
        }

        private Prompt prompt(Row row, LabelSet set, boolean neutral) throws BadRow {
            return switch (source) {
                case PromptSource.Text(String column, int index) ->
                    prompts.rendered(builtIn(column, neutral ? NEUTRAL : row.getString(index), set));
                case PromptSource.Template _ -> prompts.rendered(values(row, set, neutral));
                case PromptSource.Messages(String column, int index) -> {
                    List<Message> messages = MessagesReader.read(column, RowValues.plain(row.get(index)));
                    yield prompts.chat(neutral ? withoutText(messages) : messages);
                }
                case PromptSource.TokenIds _, PromptSource.Batch _ ->
                    throw new IllegalStateException("labels are asked for in text");
            };
        }

        private Map<String, Object> builtIn(String column, String text, LabelSet set) throws BadRow {
            if (text == null || text.isBlank()) {
                throw new BadRow(Code.EMPTY_PROMPT, column + (text == null ? " is null" : " is empty"));
            }
            return Map.of("text", text, "labels", set.names(), "descriptions", set.descriptions());
        }

        private Map<String, Object> values(Row row, LabelSet set, boolean neutral) {
            Map<String, Object> values = RowValues.columns(row, columns);
            if (neutral) {
                values.replaceAll((_, value) -> value instanceof String ? NEUTRAL : value);
            }
            values.put("labels", set.names());
            values.putIfAbsent("descriptions", set.descriptions());
            return values;
        }

        private List<Message> withoutText(List<Message> messages) {
            return messages.stream()
                    .map(message -> message.role().equals("user") ? new Message("user", NEUTRAL) : message)
                    .toList();
        }

        private LabelSet own(Row row) throws BadRow {
            try {
                Object value = RowValues.plain(row.get(labelsIndex));
                if (value instanceof String json) {
                    value = RowValues.json(json);
                }
                if (value instanceof List<?> list) {
                    return LabelSet.of(labelsColumn, list);
                }
                throw new IllegalArgumentException(
                        labelsColumn + (value == null ? " is null" : " is no list") + "; expected a list of labels");
            } catch (IllegalArgumentException e) {
                throw new BadRow(Code.INVALID_PARAMS, e.getMessage());
            }
        }

        /** The tokens of a row's prompt and labels, if there is one for four characters. A row that asks nothing costs 1. */
        private long cost(Row row) {
            try {
                Question question = read(row);
                return RowRequests.promptTokens(question.prompt())
                        + question.continuations().stream()
                                .mapToLong(label -> 1 + label.length() / CHARACTERS_PER_TOKEN)
                                .sum();
            } catch (BadRow _) {
                return 1;
            }
        }
    }

    /** The same of any two inputs that are asked about in the same way. */
    String description() {
        return source.description() + (labelsColumn == null ? "" : ", labels-column " + labelsColumn);
    }
}
