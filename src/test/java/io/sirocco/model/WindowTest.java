package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.Goldens;
import io.sirocco.cache.BlockPool;
import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.Kernels;
import io.sirocco.kernel.KvType;
import io.sirocco.kernel.Team;
import io.sirocco.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sliding window against a plain masked attention matrix, and against itself in other chunks. */
class WindowTest {

    @TempDir
    private Path temp;

    /** The worked example's model with another window and context. */
    private Path model(int window, int context) throws IOException {
        Path from = Goldens.resource("mistral-window4-worked");
        JsonMapper json = new JsonMapper();
        ObjectNode config =
                (ObjectNode) json.readTree(from.resolve("config.json").toFile());
        config.put("sliding_window", window);
        config.put("max_position_embeddings", context);
        Path directory = Files.createDirectories(temp.resolve("window" + window));
        json.writeValue(directory.resolve("config.json").toFile(), config);
        Files.copy(from.resolve("model.safetensors"), directory.resolve("model.safetensors"));
        return directory;
    }

    @Tag("every-width")
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 33})
    void chunksChangeNoBitAndTheOracleAgrees(int window) throws IOException {
        Path path = model(window, 4096);
        int decodedOn = 4 * window + 40;
        try (Session session = Session.open(path, 1);
                Checkpoint checkpoint = Checkpoint.open(path)) {
            NaiveTransformer oracle = new NaiveTransformer(checkpoint, window);
            int[] lengths = {1, window, window + 1, 2 * window, 2 * window + 1, 3 * window - 1};
            for (int prompt :
                    IntStream.of(lengths).filter(n -> n > 0).distinct().toArray()) {
                int[] ids = new Random(prompt * 31L + window)
                        .ints(prompt + decodedOn, 0, 64)
                        .toArray();
                float[][] wholeAtOnce = session.logits(ids, ids.length);
                double[][] expected = oracle.logits(ids);
                for (int p = 0; p < ids.length; p++) {
                    for (int v = 0; v < 64; v++) {
                        assertEquals(expected[p][v], wholeAtOnce[p][v], 2e-5, "position " + p);
                    }
                }
                int[] chunks = {1, window - 1, window, window + 1, 3 * window};
                for (int chunk :
                        IntStream.of(chunks).filter(n -> n > 0).distinct().toArray()) {
                    float[][] chunked = session.logits(ids, chunk);
                    for (int p = 0; p < ids.length; p++) {
                        assertArrayEquals(wholeAtOnce[p], chunked[p], "chunks of " + chunk + ", position " + p);
                    }
                }
            }
        }
    }

    @Test
    void memoryStopsGrowingAtTheWindowWhile32768TokensPass() throws IOException {
        int window = 33;
        int tokens = 32_768;
        try (Checkpoint checkpoint = Checkpoint.open(model(window, tokens));
                Transformer model = Transformer.load(checkpoint, checkpoint.packed(), Kernels.get());
                Team team = new Team(1)) {
            int[] windows = model.config().windows();
            int chunk = 256;
            int settled = (int) RollingCache.peakBlocks(windows, tokens, 1);
            int most = (int) RollingCache.peakBlocks(windows, tokens, chunk);
            Step step = new Step(chunk, 1, 64);
            Activations activations = new Activations(model, chunk, 1, 1);
            int[] ids = new Random(7).ints(tokens, 0, 64).toArray();
            try (BufferAllocator allocator = new RootAllocator();
                    BlockPool pool = new BlockPool(allocator, model.kvLayout(KvType.F32), most);
                    RollingCache cache = new RollingCache(pool, windows, tokens, chunk)) {
                int held = 0;
                while (cache.length() < tokens) {
                    int n = cache.length() < tokens / 2 ? chunk : 1;
                    cache.reserve(n);
                    step.add(cache, ids, cache.length(), n, 1);
                    model.forward(step, activations, pool, team);
                    step.finish();
                    held = n == 1 ? Math.max(held, cache.blocks()) : 0;
                }
                assertEquals(2 * 3, settled, "2 layers of 33 positions, which touch at most 3 blocks");
                assertEquals(settled, held, "blocks while 16,384 tokens were decoded one by one");
            }
        }
    }
}
