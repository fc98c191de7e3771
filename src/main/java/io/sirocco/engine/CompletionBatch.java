package io.sirocco.engine;

import static io.sirocco.engine.ColumnType.FLOAT64;
import static io.sirocco.engine.ColumnType.INT32;
import static io.sirocco.engine.ColumnType.UTF8;
import static io.sirocco.engine.ColumnType.list;
import static io.sirocco.engine.ColumnType.struct;

import io.sirocco.engine.Completion.Alternative;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Completion.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Completions as an Arrow record batch, one a row, in the output's columns:
 *
 * <pre>{@code
 * id               utf8
 * outputs          list<struct<index int32, text utf8, token_ids list<int32>, finish_reason utf8, stop_reason utf8,
 *                    cumulative_logprob float64, logprobs list<struct<token_id int32, logprob float64,
 *                    top list<struct<token_id int32, logprob float64>>>>>>
 * prompt_tokens    int32
 * cached_tokens    int32
 * prompt_logprobs  list<float64>
 * error            struct<code utf8, message utf8>
 * prefill_ms       float64
 * decode_ms        float64
 * fingerprint      utf8
 * }</pre>
 *
 * <p>Null where {@link Completion} has null, and nowhere else.
 */
public final class CompletionBatch {

    /** A row of the batch. */
    private record Answered(String id, Completion completion, String fingerprint) {}

    private static final Column<Alternative, Integer> OTHER_ID = new Column<>("token_id", INT32, Alternative::tokenId);
    private static final Column<Alternative, Double> OTHER_LOGPROB =
            new Column<>("logprob", FLOAT64, Alternative::logprob);
    private static final ColumnType<Alternative> ALTERNATIVE = struct(
            new Columns<>(List.of(OTHER_ID, OTHER_LOGPROB)),
            (children, i) -> new Alternative(OTHER_ID.get(children, i), OTHER_LOGPROB.get(children, i)));

    private static final Column<TokenLogprobs, Integer> TOKEN_ID =
            new Column<>("token_id", INT32, TokenLogprobs::tokenId);
    private static final Column<TokenLogprobs, Double> LOGPROB =
            new Column<>("logprob", FLOAT64, TokenLogprobs::logprob);
    private static final Column<TokenLogprobs, List<Alternative>> TOP =
            new Column<>("top", list(ALTERNATIVE), TokenLogprobs::top);
    private static final ColumnType<TokenLogprobs> TOKEN_LOGPROBS = struct(
            new Columns<>(List.of(TOKEN_ID, LOGPROB, TOP)),
            (children, i) ->
                    new TokenLogprobs(TOKEN_ID.get(children, i), LOGPROB.get(children, i), TOP.get(children, i)));

    private static final Column<Output, Integer> INDEX = new Column<>("index", INT32, Output::index);
    private static final Column<Output, String> TEXT = new Column<>("text", UTF8.orNull(), Output::text);
    private static final Column<Output, List<Integer>> TOKEN_IDS =
            new Column<>("token_ids", list(INT32), Output::tokenIds);
    private static final Column<Output, String> FINISH_REASON =
            new Column<>("finish_reason", UTF8, output -> output.finishReason().key());
    private static final Column<Output, String> STOP_REASON =
            new Column<>("stop_reason", UTF8.orNull(), Output::stopReason);
    private static final Column<Output, Double> CUMULATIVE_LOGPROB =
            new Column<>("cumulative_logprob", FLOAT64, Output::cumulativeLogprob);
    private static final Column<Output, List<TokenLogprobs>> LOGPROBS =
            new Column<>("logprobs", list(TOKEN_LOGPROBS).orNull(), Output::logprobs);
    private static final ColumnType<Output> OUTPUT = struct(
            new Columns<>(List.of(INDEX, TEXT, TOKEN_IDS, FINISH_REASON, STOP_REASON, CUMULATIVE_LOGPROB, LOGPROBS)),
            (children, i) -> new Output(
                    INDEX.get(children, i),
                    TEXT.get(children, i),
                    TOKEN_IDS.get(children, i),
                    FinishReason.of(FINISH_REASON.get(children, i)),
                    STOP_REASON.get(children, i),
                    CUMULATIVE_LOGPROB.get(children, i),
                    LOGPROBS.get(children, i)));

    private static final Column<RowError, String> CODE =
            new Column<>("code", UTF8, error -> error.code().key());
    private static final Column<RowError, String> MESSAGE = new Column<>("message", UTF8, RowError::message);
    private static final ColumnType<RowError> ROW_ERROR = struct(
            new Columns<>(List.of(CODE, MESSAGE)),
            (children, i) -> new RowError(Code.of(CODE.get(children, i)), MESSAGE.get(children, i)));

    private static final Column<Answered, String> ID = new Column<>("id", UTF8, Answered::id);
    private static final Column<Answered, List<Output>> OUTPUTS =
            new Column<>("outputs", list(OUTPUT), row -> row.completion().outputs());
    private static final Column<Answered, Integer> PROMPT_TOKENS =
            new Column<>("prompt_tokens", INT32, row -> row.completion().promptTokens());
    private static final Column<Answered, Integer> CACHED_TOKENS =
            new Column<>("cached_tokens", INT32, row -> row.completion().cachedTokens());
    private static final Column<Answered, List<Double>> PROMPT_LOGPROBS = new Column<>(
            "prompt_logprobs",
            list(FLOAT64.orNull()).orNull(),
            row -> row.completion().promptLogprobs());
    private static final Column<Answered, RowError> ERROR =
            new Column<>("error", ROW_ERROR.orNull(), row -> row.completion().error());
    private static final Column<Answered, Double> PREFILL_MS =
            new Column<>("prefill_ms", FLOAT64, row -> row.completion().prefillMillis());
    private static final Column<Answered, Double> DECODE_MS =
            new Column<>("decode_ms", FLOAT64, row -> row.completion().decodeMillis());
    private static final Column<Answered, String> FINGERPRINT =
            new Column<>("fingerprint", UTF8, Answered::fingerprint);

    private static final Columns<Answered> COLUMNS = new Columns<>(List.of(
            ID, OUTPUTS, PROMPT_TOKENS, CACHED_TOKENS, PROMPT_LOGPROBS, ERROR, PREFILL_MS, DECODE_MS, FINGERPRINT));

    /** The columns, in order. */
    public static final Schema SCHEMA = COLUMNS.schema();

    private CompletionBatch() {}

    /**
     * Writes completions so that {@link #read} gives them again.
     *
     * @param ids of the rows, one for each completion
     * @param fingerprint {@link Engine#fingerprint()} of the engine that answered
     * @return owned by the caller; nothing stays allocated if writing fails
     */
    public static VectorSchemaRoot write(
            List<String> ids, List<Completion> completions, String fingerprint, BufferAllocator allocator) {
        if (ids.size() != completions.size()) {
            throw new IllegalArgumentException(
                    ids.size() + " ids for " + completions.size() + " completions; expected one for each");
        }
        List<Answered> rows = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            rows.add(new Answered(ids.get(i), completions.get(i), fingerprint));
        }
        return COLUMNS.write(rows, allocator);
    }

    /**
     * The completions of a batch, in order; nothing of the batch is used afterwards.
     *
     * @throws IllegalArgumentException if the batch's schema is not {@link #SCHEMA}, naming the column, its type and what was expected,
     *     or if a value is none that {@link #write} writes
     */
    public static List<Completion> read(VectorSchemaRoot batch) {
        SchemaCheck.check(SCHEMA, batch.getSchema());
        List<Completion> completions = new ArrayList<>(batch.getRowCount());
        for (int i = 0; i < batch.getRowCount(); i++) {
            completions.add(completion(batch::getVector, i));
        }
        return completions;
    }

    private static Completion completion(Column.Vectors columns, int i) {
        return new Completion(
                OUTPUTS.get(columns, i),
                PROMPT_TOKENS.get(columns, i),
                CACHED_TOKENS.get(columns, i),
                PROMPT_LOGPROBS.get(columns, i),
                ERROR.get(columns, i),
                PREFILL_MS.get(columns, i),
                DECODE_MS.get(columns, i));
    }
}
