package io.sirocco.engine;

import static io.sirocco.engine.ColumnType.BOOL;
import static io.sirocco.engine.ColumnType.FLOAT64;
import static io.sirocco.engine.ColumnType.INT32;
import static io.sirocco.engine.ColumnType.INT64;
import static io.sirocco.engine.ColumnType.UTF8;
import static io.sirocco.engine.ColumnType.list;
import static io.sirocco.engine.ColumnType.struct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.RequestBatch.Asked;
import io.sirocco.engine.RequestBatch.Refused;
import io.sirocco.engine.RequestBatch.Row;
import io.sirocco.text.Message;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class RequestBatchTest {

    private static final SamplingParams DEFAULTS =
            SamplingParams.builder().maxTokens(9).temperature(0.5).logprobs(4).build();

    /** A row of values by column, so that it can be anything. */
    private record Any(Map<String, ?> values) {
        static Any of(Object... namesAndValues) {
            Map<String, Object> values = new HashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                values.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
            return new Any(values);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> Column<Any, ?> column(String name, ColumnType<T> type) {
        return new Column<>(name, type.orNull(), row -> (T) row.values().get(name));
    }

    private static ColumnType<Any> anyStruct(List<Column<Any, ?>> children) {
        return struct(new Columns<>(children), (_, _) -> new Any(Map.of()));
    }

    private static final Column<Any, ?> ID = column("id", UTF8);
    private static final Column<Any, ?> PROMPT = column("prompt", UTF8);
    private static final Column<Any, ?> MESSAGES = column(
            "messages",
            list(anyStruct(List.of(column("content", UTF8), column("role", UTF8)))
                    .orNull()));
    private static final Column<Any, ?> TOKEN_IDS = column("token_ids", list(INT32.orNull()));
    private static final Column<Any, ?> PARAMS = column(
            "params",
            anyStruct(List.of(
                    column("top_p", FLOAT64),
                    column("max_tokens", INT32),
                    column("stop", list(UTF8.orNull())),
                    column("seed", INT64),
                    column("ignore_eos", BOOL))));

    private static final String OPTIONS =
            "max_tokens, min_tokens, temperature, top_p, top_k, min_p, repetition_penalty, presence_penalty, frequency_penalty, n, "
                    + "seed, stop, stop_token_ids, include_stop, ignore_eos, logprobs, prompt_logprobs, "
                    + "choices, regex, json_schema, schema_depth, complete";

    private static List<Row> read(List<Column<Any, ?>> columns, Any... rows) {
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = new Columns<>(columns).write(List.of(rows), allocator)) {
            return RequestBatch.read(batch, DEFAULTS);
        }
    }

    @Test
    void theSchemaIsAsDocumented() {
        assertEquals(
                List.of(
                        "id utf8",
                        "prompt utf8",
                        "messages list<struct<role utf8, content utf8>>",
                        "token_ids list<int32>",
                        "params struct<max_tokens int32, min_tokens int32, temperature float64, top_p float64, top_k int32, "
                                + "min_p float64, repetition_penalty float64, presence_penalty float64, frequency_penalty float64, "
                                + "n int32, seed int64, stop list<utf8>, stop_token_ids list<int32>, include_stop bool, "
                                + "ignore_eos bool, logprobs int32, prompt_logprobs bool, "
                                + "choices list<utf8>, regex utf8, json_schema utf8, schema_depth int32, complete bool>"),
                RequestBatch.SCHEMA.getFields().stream()
                        .map(field -> field.getName() + " " + SchemaCheck.typeName(field))
                        .toList());
    }

    @Property(tries = 100)
    void readGivesWhatWasWritten(@ForAll("requests") List<Request> requests) {
        List<Row> expected = requests.stream().<Row>map(Asked::new).toList();
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = RequestBatch.write(requests, allocator)) {
            assertEquals(RequestBatch.SCHEMA, batch.getSchema());
            assertEquals(expected, RequestBatch.read(batch, DEFAULTS));
            assertEquals(expected, ArrowStream.through(batch, allocator, other -> RequestBatch.read(other, DEFAULTS)));
        }
    }

    @Provide
    Arbitrary<List<Request>> requests() {
        Arbitrary<String> texts = ArrowStream.texts();
        Arbitrary<Prompt> prompts = Arbitraries.oneOf(
                texts.map(Prompt.Text::new),
                Combinators.combine(texts, texts)
                        .as(Message::new)
                        .list()
                        .ofMaxSize(3)
                        .map(Prompt.Chat::new),
                Arbitraries.integers().list().ofMaxSize(5).map(Prompt.Ids::new));
        Arbitrary<SamplingParams> params = Builders.withBuilder(SamplingParams::builder)
                .use(Arbitraries.integers().between(50, Integer.MAX_VALUE))
                .in(SamplingParams.Builder::maxTokens)
                .use(Arbitraries.integers().between(0, 50))
                .in(SamplingParams.Builder::minTokens)
                .use(Arbitraries.doubles().between(0, 100))
                .in(SamplingParams.Builder::temperature)
                .use(Arbitraries.doubles().between(0.1, 1))
                .in(SamplingParams.Builder::topP)
                .use(Arbitraries.integers().greaterOrEqual(0))
                .in(SamplingParams.Builder::topK)
                .use(Arbitraries.doubles().between(0, 1))
                .in(SamplingParams.Builder::minP)
                .use(Arbitraries.doubles().between(0.1, 100))
                .in(SamplingParams.Builder::repetitionPenalty)
                .use(Arbitraries.doubles().between(-2, 2))
                .in(SamplingParams.Builder::presencePenalty)
                .use(Arbitraries.doubles().between(-2, 2))
                .in(SamplingParams.Builder::frequencyPenalty)
                .use(Arbitraries.integers().between(1, SamplingParams.MAX_N))
                .in(SamplingParams.Builder::n)
                .use(Arbitraries.longs())
                .in(SamplingParams.Builder::seed)
                .use(texts.filter(text -> !text.isEmpty()).list().ofMaxSize(3))
                .in(SamplingParams.Builder::stop)
                .use(Arbitraries.integers().greaterOrEqual(0).list().ofMaxSize(3))
                .in(SamplingParams.Builder::stopTokenIds)
                .use(Arbitraries.of(true, false))
                .in(SamplingParams.Builder::includeStop)
                .use(Arbitraries.of(true, false))
                .in(SamplingParams.Builder::ignoreEos)
                .use(Arbitraries.integers().between(-1, SamplingParams.MAX_LOGPROBS))
                .in(SamplingParams.Builder::logprobs)
                .use(Arbitraries.of(true, false))
                .in(SamplingParams.Builder::promptLogprobs)
                .build(SamplingParams.Builder::build);
        return Combinators.combine(texts, prompts, params)
                .as(Request::new)
                .list()
                .ofMaxSize(6);
    }

    @Test
    void whatARowDoesNotSetIsAsByDefault() {
        List<Row> rows = read(
                List.of(PARAMS, TOKEN_IDS, ID),
                Any.of("id", "a", "token_ids", List.of(1, 2)),
                Any.of("id", "b", "token_ids", List.of(3), "params", Any.of()),
                Any.of("id", "c", "token_ids", List.of(), "params", Any.of("max_tokens", 3, "stop", List.of("x"))));
        SamplingParams own =
                DEFAULTS.toBuilder().maxTokens(3).stop(List.of("x")).build();
        assertEquals(
                List.of(
                        new Asked(new Request("a", new Prompt.Ids(List.of(1, 2)), DEFAULTS)),
                        new Asked(new Request("b", new Prompt.Ids(List.of(3)), DEFAULTS)),
                        new Asked(new Request("c", new Prompt.Ids(List.of()), own))),
                rows);
    }

    @Test
    void aBadRowIsRefusedInItsPlace() {
        List<Row> rows = read(
                List.of(ID, PROMPT, MESSAGES, TOKEN_IDS, PARAMS),
                Any.of("id", "fine", "prompt", "hi"),
                Any.of("id", "none"),
                Any.of("id", "two", "prompt", "hi", "token_ids", List.of()),
                Any.of("id", "no content", "messages", List.of(message("user", "hi"), message("user", null))),
                Any.of("id", "no role", "messages", List.of(message(null, "hi"))),
                Any.of("id", "no message", "messages", Arrays.asList(message("user", "hi"), null)),
                Any.of("id", "no token", "token_ids", Arrays.asList(1, 2, null)),
                Any.of("id", "no length", "prompt", "hi", "params", Any.of("max_tokens", 0)),
                Any.of("id", "no mass", "prompt", "hi", "params", Any.of("top_p", Double.NaN)),
                Any.of("id", "no stop", "prompt", "hi", "params", Any.of("stop", Arrays.asList("x", null))),
                Any.of("id", "fine too", "messages", List.of(message("user", "hi"))));
        assertEquals(11, rows.size());
        assertEquals(
                new Prompt.Text("hi"),
                assertInstanceOf(Asked.class, rows.getFirst()).request().prompt());
        assertRefused(rows.get(1), "none", Code.EMPTY_PROMPT, "all null");
        assertRefused(rows.get(2), "two", Code.INVALID_PARAMS, "2 of prompt");
        assertRefused(rows.get(3), "no content", Code.INVALID_MESSAGES, "messages[1].content is null");
        assertRefused(rows.get(4), "no role", Code.INVALID_MESSAGES, "messages[0].role is null");
        assertRefused(rows.get(5), "no message", Code.INVALID_MESSAGES, "messages[1] is null");
        assertRefused(rows.get(6), "no token", Code.TOKENIZER_ERROR, "token_ids[2] is null");
        assertRefused(rows.get(7), "no length", Code.INVALID_PARAMS, "max-tokens is 0");
        assertRefused(rows.get(8), "no mass", Code.INVALID_PARAMS, "top-p is NaN");
        assertRefused(rows.get(9), "no stop", Code.INVALID_PARAMS, "params.stop[1] is null");
        assertEquals(
                new Prompt.Chat(List.of(new Message("user", "hi"))),
                assertInstanceOf(Asked.class, rows.get(10)).request().prompt());
    }

    private static Any message(String role, String content) {
        return Any.of("role", role, "content", content);
    }

    private static void assertRefused(Row row, String id, Code code, String named) {
        Refused refused = assertInstanceOf(Refused.class, row);
        assertEquals(id, refused.id());
        assertEquals(code, refused.error().code());
        assertTrue(refused.error().message().contains(named), refused.error().message());
    }

    @Test
    void aSchemaThatDoesNotFitIsRefusedAsAWhole() {
        assertUnfit("id is missing; expected utf8", PROMPT);
        assertUnfit("id is int64; expected utf8", column("id", INT64), PROMPT);
        assertUnfit("prompt is list<utf8>; expected utf8", ID, column("prompt", list(UTF8)));
        assertUnfit("prompt is there twice; expected one utf8", ID, PROMPT, column("prompt", UTF8));
        assertUnfit(
                "promt, utf8, is unknown; expected id, prompt, messages, token_ids, params", ID, column("promt", UTF8));
        assertUnfit("messages is utf8; expected list<struct<role utf8, content utf8>>", ID, column("messages", UTF8));
        assertUnfit(
                "messages[].content is list<utf8>; expected utf8",
                ID,
                column("messages", list(anyStruct(List.of(column("role", UTF8), column("content", list(UTF8)))))));
        assertUnfit("token_ids[] is int64; expected int32", ID, column("token_ids", list(INT64)));
        assertUnfit(
                "params.seed is int32; expected int64",
                ID,
                column("params", anyStruct(List.of(column("seed", INT32)))));
        assertUnfit(
                "params.top-p, float64, is unknown; expected " + OPTIONS,
                ID,
                column("params", anyStruct(List.of(column("top-p", FLOAT64)))));
    }

    @Test
    void whatADictionaryEncodesIsNotTakenForItsIndices() {
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        Field ids = new Field(
                "token_ids",
                FieldType.nullable(new ArrowType.List()),
                List.of(new Field("element", new FieldType(true, new ArrowType.Int(32, true), encoding), null)));
        assertUnfit("token_ids[] is dictionary of int32; expected int32", new Schema(List.of(ID.field(), ids)));
    }

    @Test
    void aRowWithoutAnIdIsTheCallersMistake() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> read(List.of(ID, PROMPT), Any.of("id", "a", "prompt", "hi"), Any.of("prompt", "hi")));
        assertEquals("id is null at index 1; expected a value", e.getMessage());
    }

    private static void assertUnfit(String message, Column<?, ?>... columns) {
        Schema schema =
                new Schema(Arrays.stream(columns).<Field>map(Column::field).toList());
        assertUnfit(message, schema);
    }

    private static void assertUnfit(String message, Schema schema) {
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> RequestBatch.read(batch, DEFAULTS));
            assertEquals(message, e.getMessage());
        }
    }
}
