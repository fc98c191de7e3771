package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.kernel.WeightType;
import io.sirocco.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomModelTest {

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    @TempDir
    private Path folder;

    private Path write(String name, boolean tied) throws IOException {
        Path file = folder.resolve(name);
        RandomGguf.write(new RandomModel("tiny", 24, 2, 3, 1, 40, 101, tied), file, PullProgress.NONE);
        return file;
    }

    @Test
    void theFileIsAModelOfThisShapeWithoutATokenizer() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(write("tiny.gguf", false))) {
            assertEquals(3 + 2 * 9, checkpoint.names().size());
            assertEquals(List.of(101L, 24L), checkpoint.tensor("output.weight").shape());
            assertEquals(
                    List.of(8L, 24L),
                    checkpoint.tensor("layers.1.attention.wk.weight").shape());
            assertEquals(
                    List.of(24L, 40L),
                    checkpoint.tensor("layers.1.feed_forward.w2.weight").shape());
            assertEquals(List.of(24L), checkpoint.tensor("norm.weight").shape());
            assertTrue(Tokenizer.open(checkpoint).isEmpty());
        }
        try (Checkpoint checkpoint = Checkpoint.open(write("tied.gguf", true))) {
            assertFalse(checkpoint.names().contains("output.weight"));
        }
    }

    @Test
    void weightsSpreadEvenlyOverASmallRange() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(write("tiny.gguf", false))) {
            Tensor tensor = checkpoint.tensor("tok_embeddings.weight");
            assertEquals(WeightType.BF16, tensor.type());
            double sum = 0;
            double squares = 0;
            long n = tensor.data().byteSize() / 2;
            for (long i = 0; i < n; i++) {
                float value = Float.intBitsToFloat(tensor.data().getAtIndex(SHORT, i) << 16);
                assertTrue(Math.abs(value) <= 0.02f);
                sum += value;
                squares += value * value;
            }
            assertEquals(0, sum / n, 0.001);
            assertEquals(0.02 / Math.sqrt(3), Math.sqrt(squares / n), 0.001);
        }
    }

    @Test
    void theSameShapeIsTheSameBytes() throws IOException {
        assertArrayEquals(Files.readAllBytes(write("a.gguf", false)), Files.readAllBytes(write("b.gguf", false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"random:", "random:2b", "random:1.1B"})
    void anUnknownNameIsAnsweredWithTheKnown(String name) throws IOException {
        ModelSource source = ModelSource.of(Map.of("SIROCCO_HOME", folder.toString()));
        String message = assertThrows(ModelException.class, () -> source.resolve(name, PullProgress.NONE))
                .getMessage();
        assertTrue(message.endsWith("expected random:smollm2 or random:1.1b or random:7b"), message);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aWrittenModelStaysInTheCache() {
        RandomModel tiny = new RandomModel("tiny", 24, 2, 3, 1, 40, 101, false);
        RandomSource source = new RandomSource(new ModelCache(folder));
        Path file = source.pull(tiny, PullProgress.NONE);
        assertEquals(folder.resolve("random/tiny/tiny-bf16.gguf"), file);
        assertEquals(file, source.pull(tiny, (_, _, _) -> {
            throw new AssertionError("written again");
        }));
    }
}
