package io.sirocco.job;

import io.sirocco.engine.Prompt;
import io.sirocco.engine.Request;
import io.sirocco.engine.SamplingParams;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * How a row becomes a request. It is sent to the tasks.
 *
 * @param source where a row's prompt stands
 * @param columns the input's own columns, which come first in a row
 * @param chat whether text is wrapped as a user message
 * @param system system message in front of a chat, or null
 * @param params how a row is answered that says nothing itself
 * @param paramsColumn name of the column with a row's own params, or null
 * @param paramsIndex where it stands
 */
record RowRequests(
        PromptSource source,
        int columns,
        boolean chat,
        String system,
        SamplingParams params,
        String paramsColumn,
        int paramsIndex)
        implements RowCosts {

    private static final int CHARACTERS_PER_TOKEN = 4;

    /** @throws JobException if the input has not what the options name */
    static RowRequests of(StructType schema, GenerateOptions options) {
        PromptSource source = PromptSource.choose(schema, options);
        boolean chat = options.chat() || options.system().isPresent();
        if (chat && source instanceof PromptSource.TokenIds(String column, int _)) {
            throw new JobException("column " + column + " holds token ids, which cannot be wrapped in a chat; "
                    + "leave --chat and --system out, or name another column");
        }
        int params = Columns.optional(schema, options.paramsColumn(), "--params-column")
                .orElse(-1);
        return new RowRequests(
                source,
                schema.size(),
                chat,
                options.system().orElse(null),
                options.sampling(),
                params < 0 ? null : schema.fieldNames()[params],
                params);
    }

    /** Reads rows; one per task. */
    Reader reader() {
        return new Reader();
    }

    @Override
    public ToLongFunction<Row> estimator() {
        return reader()::cost;
    }

    /** Makes requests of rows. */
    final class Reader {
        private final PromptReader prompts = new PromptReader(source, columns, chat, system);
        private final ParamsReader own = paramsColumn == null ? null : new ParamsReader(paramsColumn, params);
        private final ParamsReader ofBatch = new ParamsReader("body", params);

        Request read(String id, Row row) throws BadRow {
            if (source instanceof PromptSource.Batch(int url, int body)) {
                BatchBody asked = BatchBody.read(row.getString(url), row.getString(body));
                return new Request(id, asked.prompt(prompts), ofBatch.read(asked.params()));
            }
            SamplingParams asked = own == null ? params : own.read(RowValues.plain(row.get(paramsIndex)));
            return new Request(id, prompts.read(row), asked);
        }

        /**
         * What answering a row may cost, in tokens: those of its prompt, if it is text one for four characters, and all that its answers
         * may have. A row that asks nothing costs 1.
         */
        long cost(Row row) {
            try {
                Request request = read("", row);
                SamplingParams asked = request.params();
                return 1 + promptTokens(request.prompt()) + (long) asked.maxTokens() * asked.n();
            } catch (BadRow _) {
                return 1;
            }
        }
    }

    /** What a prompt may have. */
    static long promptTokens(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text(String text) -> text.length() / CHARACTERS_PER_TOKEN;
            case Prompt.Chat(var messages) ->
                messages.stream()
                        .mapToLong(message -> 1 + length(message.content()) / CHARACTERS_PER_TOKEN)
                        .sum();
            case Prompt.Ids(var ids) -> ids.size();
        };
    }

    private static int length(String content) {
        return content == null ? 0 : content.length();
    }
}
