package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirocco.Shared;
import io.sirocco.SmolLm2;
import io.sirocco.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmolLm2TokenizerTest {
    @TempDir
    Path directory;

    /** The same tokenizer in its two formats. */
    enum Format {
        TOKENIZER_JSON,
        GGUF
    }

    @ParameterizedTest
    @EnumSource
    void encodesAndDecodesAsTheReference(Format format) throws IOException {
        try (Tokenizer tokenizer = open(format)) {
            for (Goldens.Case golden : Goldens.read("smollm2.jsonl")) {
                assertArrayEquals(golden.ids(), tokenizer.encode(golden.text(), false), golden.text());
                assertEquals(golden.decoded(), tokenizer.decode(golden.ids(), false), golden.text());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodesIdsThatNoTextYieldsAsTheReference(Format format) throws IOException {
        try (Tokenizer tokenizer = open(format)) {
            for (Goldens.Case golden : Goldens.read("smollm2.decode.jsonl")) {
                assertEquals(golden.decoded(), tokenizer.decode(golden.ids(), false));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void plainPromptsGetNoBosBecauseTheModelSaysSo(Format format) throws IOException {
        try (Tokenizer tokenizer = open(format)) {
            assertArrayEquals(tokenizer.encode("Hello", false), tokenizer.encode("Hello", true));
        }
    }

    @Test
    void promptsAndAnswersOfTheModelsGoldensAreTheirIds() throws IOException {
        Path goldens = Shared.path("goldens", "smollm2-q4_1", "greedy.jsonl");
        ObjectMapper mapper = new ObjectMapper();
        try (Tokenizer tokenizer = open(Format.GGUF)) {
            for (String line : Files.readAllLines(goldens)) {
                JsonNode golden = mapper.readTree(line);
                assertArrayEquals(
                        mapper.convertValue(golden.get("ids"), int[].class),
                        tokenizer.encode(golden.get("prompt").textValue(), true));
                assertEquals(
                        golden.get("text").textValue(),
                        tokenizer.decode(mapper.convertValue(golden.get("greedy"), int[].class), false));
            }
        }
    }

    @Test
    void manyThreadsEncodeAndDecodeAtOnce() throws Exception {
        List<Goldens.Case> goldens = Goldens.read("smollm2.jsonl");
        try (Tokenizer tokenizer = open(Format.TOKENIZER_JSON);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
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

    private Tokenizer open(Format format) throws IOException {
        return switch (format) {
            case TOKENIZER_JSON -> {
                Files.copy(Shared.path("tokenizers", "smollm2-tokenizer.json"), directory.resolve("tokenizer.json"));
                Files.copy(
                        Shared.path("tokenizers", "tokenizer_config.json"), directory.resolve("tokenizer_config.json"));
                yield Tokenizer.open(StubCheckpoint.directory(directory)).orElseThrow();
            }
            case GGUF -> {
                try (Checkpoint checkpoint = Checkpoint.open(SmolLm2.path())) {
                    yield Tokenizer.open(checkpoint).orElseThrow();
                }
            }
        };
    }
}
