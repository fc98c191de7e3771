package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.SamplingParams;
import io.sirocco.engine.constraint.Constraint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row's own params in all spellings and types. */
class ParamsReaderTest {

    private static final SamplingParams JOB =
            SamplingParams.builder().maxTokens(9).stopTokenIds(List.of(5)).build();

    private static SamplingParams read(Object params) throws BadRow {
        return new ParamsReader("params", JOB).read(params);
    }

    @Test
    void everyParamReachesTheComponentOfItsName() throws BadRow {
        SamplingParams all = new SamplingParams(
                3,
                2,
                0.5,
                0.25,
                7,
                0.125,
                1.5,
                -0.5,
                0.75,
                5,
                -9,
                List.of("x"),
                List.of(7, 2),
                true,
                true,
                2,
                false,
                null,
                true);
        assertEquals(all, read("""
                {"max_tokens": 3, "min_tokens": 2, "temperature": 0.5, "top_p": 0.25, "top_k": 7, "min_p": 0.125,
                 "repetition_penalty": 1.5, "presence_penalty": -0.5, "frequency_penalty": 0.75, "n": 5, "seed": -9, "stop": "x",
                 "stop_token_ids": [7, 2], "include_stop": true, "ignore_eos": true, "logprobs": 2, "complete": true}
                """));
        assertEquals(all, read("""
                {"maxTokens": "3", "minTokens": "2", "temperature": "0.5", "topP": "0.25", "topK": "7", "minP": "0.125",
                 "repetitionPenalty": "1.5", "presencePenalty": "-0.5", "frequencyPenalty": "0.75", "n": "5", "seed": "-9",
                 "stop": "[\\"x\\"]", "stopTokenIds": "[7, 2]", "includeStop": "true", "ignoreEos": "true", "logprobs": "2", "complete": "true"}
                """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[7]", "\"7\"", "\"[7]\""})
    void oneStopTokenIdNeedsNoList(String ids) throws BadRow {
        assertEquals(List.of(7), read("{\"stop-token-ids\": " + ids + "}").stopTokenIds());
    }

    @Test
    void whatARowLeavesOutIsAsForTheJob() throws BadRow {
        assertEquals(JOB, read(Map.of()));
        assertEquals(List.of(5), read("{\"stop_token_ids\": null}").stopTokenIds());
        assertEquals(List.of(), read("{\"stop_token_ids\": []}").stopTokenIds());
    }

    @Test
    void aRowHasAConstraintOfItsOwn() throws BadRow {
        assertEquals(
                new Constraint.Choices(List.of("a", "b")),
                unconstrained("{\"choices\": [\"a\", \"b\"]}").constraint());
        assertEquals(
                new Constraint.Regex("a+"), unconstrained("{\"regex\": \"a+\"}").constraint());
        assertEquals(
                new Constraint.JsonSchema("true", 5),
                unconstrained("{\"json_schema\": \"true\", \"schema_depth\": 5}")
                        .constraint());
        BadRow two = assertThrows(BadRow.class, () -> unconstrained("{\"regex\": \"a\", \"choices\": \"b\"}"));
        assertEquals(Code.INVALID_PARAMS, two.error().code());
        BadRow stop = assertThrows(BadRow.class, () -> read("{\"regex\": \"a\"}"));
        assertEquals(Code.INVALID_PARAMS, stop.error().code());
    }

    @Test
    void aRowHasNoneIfItSaysSo() throws BadRow {
        SamplingParams job = SamplingParams.builder().regex("a").build();
        assertEquals(
                new Constraint.Regex("a"),
                new ParamsReader("params", job).read("{}").constraint());
        assertNull(new ParamsReader("params", job).read("{\"choices\": []}").constraint());
    }

    private static SamplingParams unconstrained(String params) throws BadRow {
        return new ParamsReader("params", SamplingParams.DEFAULT).read(params);
    }
}
