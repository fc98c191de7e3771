package io.sirocco.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.engine.Completion.Alternative;
import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Completion.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.junit.jupiter.api.Test;

class CompletionBatchTest {

    private static final RowError ERROR = new RowError(Code.EMPTY_PROMPT, "the prompt is empty");

    private static Completion completion(String text) {
        Output output = new Output(0, text, List.of(1, 2), FinishReason.LENGTH, null, -3, null);
        return new Completion(List.of(output), 2, 0, null, null, 1, 2);
    }

    @Test
    void theSchemaIsTheContracts() {
        assertEquals(
                List.of(
                        "id utf8",
                        "outputs list<struct<index int32, text utf8, token_ids list<int32>, finish_reason utf8, stop_reason utf8, "
                                + "cumulative_logprob float64, logprobs list<struct<token_id int32, logprob float64, "
                                + "top list<struct<token_id int32, logprob float64>>>>>>",
                        "prompt_tokens int32",
                        "cached_tokens int32",
                        "prompt_logprobs list<float64>",
                        "error struct<code utf8, message utf8>",
                        "prefill_ms float64",
                        "decode_ms float64",
                        "fingerprint utf8"),
                CompletionBatch.SCHEMA.getFields().stream()
                        .map(field -> field.getName() + " " + SchemaCheck.typeName(field))
                        .toList());
    }

    @Property(tries = 100)
    void readGivesWhatWasWritten(@ForAll("completions") List<Completion> completions) {
        List<String> ids =
                IntStream.range(0, completions.size()).mapToObj(i -> "row" + i).toList();
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = CompletionBatch.write(ids, completions, "f00d", allocator)) {
            assertEquals(CompletionBatch.SCHEMA, batch.getSchema());
            assertEquals(completions, CompletionBatch.read(batch));
            assertEquals(completions, ArrowStream.through(batch, allocator, CompletionBatch::read));
            for (int from = 0; from < completions.size(); from++) {
                try (VectorSchemaRoot rest = batch.slice(from)) {
                    assertEquals(completions.subList(from, completions.size()), CompletionBatch.read(rest));
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Completion>> completions() {
        Arbitrary<String> texts = ArrowStream.texts();
        Arbitrary<Double> doubles =
                Arbitraries.oneOf(Arbitraries.doubles(), Arbitraries.of(Double.NEGATIVE_INFINITY, Double.NaN, -0.0));
        Arbitrary<Integer> ints = Arbitraries.integers();
        Arbitrary<TokenLogprobs> logprobs = Combinators.combine(
                        ints,
                        doubles,
                        Combinators.combine(ints, doubles)
                                .as(Alternative::new)
                                .list()
                                .ofMaxSize(3))
                .as(TokenLogprobs::new);
        Arbitrary<Output> outputs = Combinators.combine(
                        ints,
                        texts.injectNull(0.2),
                        ints.list().ofMaxSize(5),
                        Arbitraries.of(FinishReason.class),
                        texts.injectNull(0.5),
                        doubles,
                        logprobs.list().ofMaxSize(3).injectNull(0.3))
                .as(Output::new);
        Arbitrary<RowError> errors =
                Combinators.combine(Arbitraries.of(Code.class), texts).as(RowError::new);
        return Combinators.combine(
                        outputs.list().ofMaxSize(3),
                        ints,
                        ints,
                        doubles.injectNull(0.2).list().ofMaxSize(4).injectNull(0.5),
                        errors.injectNull(0.5),
                        doubles,
                        doubles)
                .as(Completion::new)
                .list()
                .ofMaxSize(5);
    }

    @Test
    void idsFingerprintAndKeysStandInTheirColumns() {
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = CompletionBatch.write(
                        List.of("a", "ß"),
                        List.of(completion("é🦜"), Completion.failed(ERROR, 0)),
                        "f00d",
                        allocator)) {
            assertEquals("a", text(batch.getVector("id"), 0));
            assertEquals("ß", text(batch.getVector("id"), 1));
            assertEquals("f00d", text(batch.getVector("fingerprint"), 0));
            assertEquals("f00d", text(batch.getVector("fingerprint"), 1));
            StructVector outputs = (StructVector) ((ListVector) batch.getVector("outputs")).getDataVector();
            assertEquals("length", text(outputs.getChild("finish_reason"), 0));
            assertEquals("é🦜", text(outputs.getChild("text"), 0));
            StructVector errors = (StructVector) batch.getVector("error");
            assertTrue(errors.isNull(0));
            assertEquals("empty_prompt", text(errors.getChild("code"), 1));
        }
    }

    private static String text(Object vector, int index) {
        return new String(((VarCharVector) vector).get(index), StandardCharsets.UTF_8);
    }

    @Test
    void aKeyThatIsNoneIsNamed() {
        for (Code code : Code.values()) {
            assertEquals(code, Code.of(code.key()));
        }
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> FinishReason.of("STOP"));
        assertEquals("\"STOP\" is no FinishReason; expected one of stop, length, error", e.getMessage());
    }

    @Test
    void aBatchOfSomethingElseIsRefused() {
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = RequestBatch.write(List.of(), allocator)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> CompletionBatch.read(batch));
            assertTrue(e.getMessage().startsWith("prompt, utf8, is unknown; expected id, outputs"), e.getMessage());
        }
    }

    @Test
    void whatFailsLeavesNothingAllocated() {
        try (RootAllocator allocator = new RootAllocator(1 << 16)) {
            Completion large = completion("x".repeat(1 << 17));
            assertThrows(
                    OutOfMemoryException.class,
                    () -> CompletionBatch.write(List.of("a"), List.of(large), "f00d", allocator));
            assertEquals(0, allocator.getAllocatedMemory());
            List<String> noId = Collections.singletonList(null);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> CompletionBatch.write(noId, List.of(completion("x")), "f00d", allocator));
            assertEquals(0, allocator.getAllocatedMemory());
        }
    }

    @Test
    void everyCompletionNeedsAnId() {
        try (RootAllocator allocator = new RootAllocator()) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> CompletionBatch.write(List.of("a"), List.of(), "f00d", allocator));
            assertEquals("1 ids for 0 completions; expected one for each", e.getMessage());
        }
    }
}
