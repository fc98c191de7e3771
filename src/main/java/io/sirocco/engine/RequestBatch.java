package io.sirocco.engine;

import static io.sirocco.engine.ColumnType.INT32;
import static io.sirocco.engine.ColumnType.UTF8;
import static io.sirocco.engine.ColumnType.list;
import static io.sirocco.engine.ColumnType.struct;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Requests as an Arrow record batch, one a row:
 *
 * <pre>{@code
 * id         utf8                                       not null
 * prompt     utf8                                       text used as it is
 * messages   list<struct<role utf8, content utf8>>    a chat
 * token_ids  list<int32>                                token ids used as they are
 * params     struct<max_tokens int32, temperature float64, stop list<utf8>, …>
 * }</pre>
 *
 * <p>A row has exactly one of {@code prompt}, {@code messages} and {@code token_ids}; the others are null. The children of
 * {@code params} are the options of {@link SamplingParams} with underscores; null means as by default, and {@code logprobs} -1 is off.
 * All but {@code id} may be absent, as may any child of {@code params}: then it is null in every row.
 */
public final class RequestBatch {

    private static final Column<Message, String> ROLE = new Column<>("role", UTF8.orNull(), Message::role);
    private static final Column<Message, String> CONTENT = new Column<>("content", UTF8.orNull(), Message::content);
    private static final ColumnType<Message> MESSAGE = struct(
            new Columns<>(List.of(ROLE, CONTENT)),
            (children, i) -> new Message(ROLE.get(children, i), CONTENT.get(children, i)));

    // What is null inside of a row is that row's error, so the type allows it.
    private static final Column<Request, String> ID = new Column<>("id", UTF8, Request::id);
    private static final Column<Request, String> PROMPT = new Column<>(
            "prompt", UTF8.orNull(), request -> request.prompt() instanceof Prompt.Text(String text) ? text : null);
    private static final Column<Request, List<Message>> MESSAGES = new Column<>(
            "messages",
            list(MESSAGE.orNull()).orNull(),
            request -> request.prompt() instanceof Prompt.Chat(List<Message> messages) ? messages : null);
    private static final Column<Request, List<Integer>> TOKEN_IDS = new Column<>(
            "token_ids",
            list(INT32.orNull()).orNull(),
            request -> request.prompt() instanceof Prompt.Ids(List<Integer> ids) ? ids : null);

    private static final Columns<Request> COLUMNS =
            new Columns<>(List.of(ID, PROMPT, MESSAGES, TOKEN_IDS, params(SamplingParams.DEFAULT)));

    /** All columns, as written. */
    public static final Schema SCHEMA = COLUMNS.schema();

    private RequestBatch() {}

    private static Column<Request, SamplingParams> params(SamplingParams defaults) {
        return new Column<>("params", ParamsStruct.over(defaults).orNull(), Request::params);
    }

    /** What a row asks, or why it cannot be asked. */
    public sealed interface Row {
        String id();
    }

    /** A row that can be asked. */
    public record Asked(Request request) implements Row {
        @Override
        public String id() {
            return request.id();
        }
    }

    /** A row without an answer. */
    public record Refused(String id, RowError error) implements Row {}

    /**
     * Reads a batch; nothing of it is used afterwards.
     *
     * @param defaults the parameters that a row does not set
     * @return one for each row, in order; a row that is not valid is {@link Refused}
     * @throws IllegalArgumentException if the batch's schema is not the one above, naming the column, its type and what was expected, or
     *     if an id is null
     */
    public static List<Row> read(VectorSchemaRoot batch, SamplingParams defaults) {
        SchemaCheck.check(SCHEMA, batch.getSchema());
        Column<Request, SamplingParams> params = params(defaults);
        List<Row> rows = new ArrayList<>(batch.getRowCount());
        for (int i = 0; i < batch.getRowCount(); i++) {
            rows.add(row(batch::getVector, i, params, defaults));
        }
        return rows;
    }

    private static Row row(
            Column.Vectors columns, int i, Column<Request, SamplingParams> params, SamplingParams defaults) {
        String id = ID.get(columns, i);
        try {
            Prompt prompt = prompt(columns, i);
            SamplingParams own = params.get(columns, i);
            return new Asked(new Request(id, prompt, own == null ? defaults : own));
        } catch (RowException e) {
            return new Refused(id, e.error());
        } catch (InvalidParamsException e) {
            return new Refused(id, new RowError(Code.INVALID_PARAMS, e.getMessage()));
        }
    }

    private static Prompt prompt(Column.Vectors columns, int i) {
        String text = PROMPT.get(columns, i);
        List<Message> messages = MESSAGES.get(columns, i);
        List<Integer> ids = TOKEN_IDS.get(columns, i);
        long given = Stream.of(text != null, messages != null, ids != null)
                .filter(is -> is)
                .count();
        if (given == 0) {
            throw new RowException(
                    Code.EMPTY_PROMPT, "prompt, messages and token_ids are all null; expected one of them");
        }
        if (given > 1) {
            throw new RowException(
                    Code.INVALID_PARAMS, "the row has " + given + " of prompt, messages and token_ids; expected one");
        }
        if (text != null) {
            return new Prompt.Text(text);
        }
        return messages != null ? chat(messages) : ids(ids);
    }

    private static Prompt chat(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            String place = "messages[" + i + "]";
            if (message == null) {
                throw new RowException(Code.INVALID_MESSAGES, place + " is null; expected role and content");
            }
            if (message.role() == null || message.content() == null) {
                String part = message.role() == null ? ".role" : ".content";
                throw new RowException(Code.INVALID_MESSAGES, place + part + " is null; expected text");
            }
        }
        return new Prompt.Chat(messages);
    }

    private static Prompt ids(List<Integer> ids) {
        int missing = ids.indexOf(null);
        if (missing >= 0) {
            throw new RowException(Code.TOKENIZER_ERROR, "token_ids[" + missing + "] is null; expected a token id");
        }
        return new Prompt.Ids(ids);
    }

    /**
     * Writes requests so that {@link #read} gives them again, whatever its defaults.
     *
     * @return owned by the caller; nothing stays allocated if writing fails
     */
    public static VectorSchemaRoot write(List<Request> requests, BufferAllocator allocator) {
        return COLUMNS.write(requests, allocator);
    }
}
