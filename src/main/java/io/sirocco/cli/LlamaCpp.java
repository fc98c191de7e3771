package io.sirocco.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The native peer: llama.cpp's own benchmark of the same work on the same file. */
final class LlamaCpp {

    static final String PROGRAM = "llama-batched-bench";

    /** Positions to spare, which its warm-up takes. */
    private static final int SPARE_CONTEXT = 256;

    private final Path program;
    private final Path model;
    private final int threads;

    /**
     * @param folder where its programs are
     * @param model a GGUF file
     */
    LlamaCpp(Path folder, Path model, int threads) {
        program = folder.resolve(PROGRAM);
        this.model = model;
        this.threads = threads;
    }

    /** One run of rows of random tokens: all prompts first, then one token of each row at a time. */
    Throughput run(int rows, int promptTokens, int newTokens) {
        int context = (promptTokens + newTokens) * rows + SPARE_CONTEXT;
        String[] command = {
            program.toString(),
            "-m",
            model.toString(),
            "-t",
            Integer.toString(threads),
            "-c",
            Integer.toString(context),
            "-b",
            "2048",
            "-ub",
            "512",
            "-npp",
            Integer.toString(promptTokens),
            "-ntg",
            Integer.toString(newTokens),
            "-npl",
            Integer.toString(rows),
            "--output-format",
            "jsonl"
        };
        List<String> lines = lines(command);
        for (String line : lines) {
            if (line.startsWith("{")) {
                return throughput(line);
            }
        }
        throw new IllegalStateException(program + " measured nothing; try it: " + String.join(" ", command));
    }

    private static Throughput throughput(String line) {
        try {
            JsonNode run = new JsonMapper().readTree(line);
            return new Throughput(
                    run.path("pl").asInt(),
                    run.path("pp").asInt(),
                    run.path("tg").asInt(),
                    run.path("speed_pp").asDouble(),
                    run.path("speed_tg").asDouble(),
                    run.path("speed").asDouble());
        } catch (IOException e) {
            throw new UncheckedIOException(PROGRAM + " wrote " + line + "; expected JSON", e);
        }
    }

    private static List<String> lines(String[] command) {
        try {
            Path output = Files.createTempFile("sirocco-peer", ".txt");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                try {
                    process.waitFor();
                } finally {
                    process.destroy();
                }
                return Files.readAllLines(output, StandardCharsets.UTF_8);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(command[0] + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + PROGRAM + " was running", e);
        }
    }
}
