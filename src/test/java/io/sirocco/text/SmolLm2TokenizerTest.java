package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sirocco.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmolLm2TokenizerTest {
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open(@TempDir Path directory) throws IOException {
        Files.copy(Shared.path("tokenizers", "smollm2-tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.copy(Shared.path("tokenizers", "tokenizer_config.json"), directory.resolve("tokenizer_config.json"));
        tokenizer = Tokenizer.open(StubCheckpoint.directory(directory)).orElseThrow();
    }

    @AfterAll
    static void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }

    @Test
    void encodesAndDecodesAsTheReference() throws IOException {
        for (Goldens.Case golden : Goldens.read("smollm2.jsonl")) {
            assertArrayEquals(golden.ids(), tokenizer.encode(golden.text(), false), golden.text());
            assertEquals(golden.decoded(), tokenizer.decode(golden.ids(), false), golden.text());
        }
    }

    @Test
    void decodesIdsThatNoTextYieldsAsTheReference() throws IOException {
        for (Goldens.Case golden : Goldens.read("smollm2.decode.jsonl")) {
            assertEquals(golden.decoded(), tokenizer.decode(golden.ids(), false));
        }
    }

    @Test
    void plainPromptsGetNoBosBecauseTheConfigurationSaysSo() {
        assertArrayEquals(tokenizer.encode("Hello", false), tokenizer.encode("Hello", true));
    }

    @Test
    void manyThreadsEncodeAndDecodeAtOnce() throws Exception {
        List<Goldens.Case> goldens = Goldens.read("smollm2.jsonl");
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                all.add(threads.submit(() -> {
                    for (Goldens.Case golden : goldens) {
                        assertArrayEquals(golden.ids(), tokenizer.encode(golden.text(), false));
                        assertEquals(golden.decoded(), tokenizer.decode(golden.ids(), false));
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }
}
