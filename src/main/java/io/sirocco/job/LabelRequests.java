package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Prompt;
import io.sirocco.text.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * How a row becomes a question for its label. It is sent to the tasks.
 *
 * @param source where a row's prompt stands; a text is put into the labelling's own prompt
 * @param columns the input's own columns, which come first in a row
 * @param chat whether text is wrapped as a user message
 * @param system system message in front of a chat, or null
 * @param labels those of all rows, or null
 * @param labelsColumn name of the column with a row's own, or null
 * @param labelsIndex where it stands
 * @param delimiter between a prompt and its label
 * @param labelling what a row is asked for
 * @param question asked about the text in the built-in prompt; empty if there is none
 */
record LabelRequests(
        PromptSource source,
        int columns,
        boolean chat,
        String system,
        LabelSet labels,
        String labelsColumn,
        int labelsIndex,
        String delimiter,
        Labelling labelling,
        String question)
        implements RowCosts {

    /** In place of a row's text when a label's score without any text is asked (Zhao et al. 2021, Calibrate Before Use). */
    private static final String NEUTRAL = "N/A";

    /** What labels mean is no text of the row. */
    private static final String DESCRIPTIONS = "descriptions";

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
        PromptSource source = source(schema, options);
        require(source, options);
        return new LabelRequests(
                source,
                schema.size(),
                options.chat() || options.system().isPresent(),
                options.system().orElse(null),
                labels,
                index < 0 ? null : schema.fieldNames()[index],
                index,
                options.delimiter().orElse(" "),
                options.labelling(),
                options.question().orElse(""));
    }

    private static void require(PromptSource source, LabelOptions options) {
        if (source instanceof PromptSource.Messages(String column, int _)) {
            if (options.multi()) {
                throw new JobException(
                        "column " + column + " holds messages, which cannot ask about each label by itself; "
                                + "write a --prompt-template with {{ label }}");
            }
            if (options.question().isPresent()) {
                throw new JobException(
                        "column " + column + " holds messages, which say what is asked; leave --question out");
            }
        }
        if (source instanceof PromptSource.Text
                && options.scale().isPresent()
                && options.question().isEmpty()) {
            throw new JobException("the built-in prompt of a --scale needs a --question, such as "
                    + "\"How friendly is the text?\"; or write a --prompt-template");
        }
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

    /** A prompt and the texts that may follow it. */
    record Question(Prompt prompt, List<String> continuations) {}

    /**
     * All that a row is asked.
     *
     * @param labels of which it may have one or more
     * @param questions one for all labels, or one for each
     */
    record Questions(List<String> labels, List<Question> questions) {}

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
                source instanceof PromptSource.Text ? new PromptSource.Template(labelling.template()) : source,
                columns,
                chat,
                system);

        /** What a row asks. */
        Questions read(Row row) throws BadRow {
            return questions(row, false);
        }

        /** What it would ask if all its text said nothing. */
        Questions neutral(Row row) throws BadRow {
            return questions(row, true);
        }

        private Questions questions(Row row, boolean neutral) throws BadRow {
            LabelSet set = labels == null ? own(row) : labels;
            List<Question> questions = new ArrayList<>();
            if (labelling == Labelling.EACH) {
                for (String label : set.names()) {
                    questions.add(question(prompt(row, set, label, neutral), Ranking.YES_NO));
                }
            } else {
                questions.add(question(prompt(row, set, null, neutral), set.names()));
            }
            return new Questions(set.names(), questions);
        }

        private Question question(Prompt prompt, List<String> answers) {
            boolean joined = !(prompt instanceof Prompt.Text(String text))
                    || (!text.isEmpty() && Character.isWhitespace(text.charAt(text.length() - 1)));
            return new Question(
                    prompt,
                    joined ? answers : answers.stream().map(delimiter::concat).toList());
        }

        private Prompt prompt(Row row, LabelSet set, String label, boolean neutral) throws BadRow {
            return switch (source) {
                case PromptSource.Text(String column, int index) ->
                    prompts.rendered(builtIn(column, neutral ? NEUTRAL : row.getString(index), set, label));
                case PromptSource.Template _ -> prompts.rendered(values(row, set, label, neutral));
                case PromptSource.Messages(String column, int index) -> {
                    List<Message> messages = MessagesReader.read(column, RowValues.plain(row.get(index)));
                    yield prompts.chat(neutral ? withoutText(messages) : messages);
                }
                case PromptSource.TokenIds _, PromptSource.Batch _ ->
                    throw new IllegalStateException("labels are asked for in text");
            };
        }

        private Map<String, Object> builtIn(String column, String text, LabelSet set, String label) throws BadRow {
            if (text == null || text.isBlank()) {
                throw new BadRow(Code.EMPTY_PROMPT, column + (text == null ? " is null" : " is empty"));
            }
            Map<String, Object> values = new HashMap<>(Map.of("text", text, "question", question));
            addLabels(values, set, label);
            return values;
        }

        private void addLabels(Map<String, Object> values, LabelSet set, String label) {
            values.put("labels", set.names());
            values.putIfAbsent(DESCRIPTIONS, set.descriptions());
            if (label != null) {
                values.put("label", label);
            }
        }

        private Map<String, Object> values(Row row, LabelSet set, String label, boolean neutral) {
            Map<String, Object> values = RowValues.columns(row, columns);
            if (neutral) {
                values.replaceAll((name, value) -> name.equals(DESCRIPTIONS) ? value : withoutText(value));
            }
            addLabels(values, set, label);
            return values;
        }

        /** Of a column: the text itself, that in lists, and that in structs and maps. */
        private static Object withoutText(Object value) {
            return switch (value) {
                case String _ -> NEUTRAL;
                case List<?> list ->
                    list.stream().map(Reader::withoutText).collect(Collectors.toCollection(ArrayList::new));
                case Map<?, ?> map -> {
                    Map<Object, Object> neutral = new LinkedHashMap<>();
                    map.forEach((key, inner) -> neutral.put(key, withoutText(inner)));
                    yield neutral;
                }
                case null, default -> value;
            };
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
                    LabelSet set = LabelSet.of(labelsColumn, list);
                    if (labelling == Labelling.EACH) {
                        set.requireNoCommas();
                    }
                    return set;
                }
                throw new IllegalArgumentException(
                        labelsColumn + (value == null ? " is null" : " is no list") + "; expected a list of labels");
            } catch (IllegalArgumentException e) {
                throw new BadRow(Code.INVALID_PARAMS, e.getMessage());
            }
        }

        /** The tokens of a row's prompts and labels, if there is one for four characters. A row that asks nothing costs 1. */
        private long cost(Row row) {
            try {
                return read(row).questions().stream()
                        .mapToLong(question -> RowRequests.promptTokens(question.prompt())
                                + question.continuations().stream()
                                        .mapToLong(label -> 1 + label.length() / CHARACTERS_PER_TOKEN)
                                        .sum())
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
