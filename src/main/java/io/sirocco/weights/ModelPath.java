package io.sirocco.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Tells from what lies at a path which format it is, and says what is missing if it is none. */
final class ModelPath {
    private static final String EXPECTED =
            "expected a directory with config.json and model.safetensors (or model.safetensors.index.json), or a .gguf file";

    private ModelPath() {}

    static Checkpoint open(Path path) {
        if (Files.isDirectory(path)) {
            return openDirectory(path);
        }
        if (!Files.exists(path)) {
            throw new ModelException(path + ": no such file or directory; " + EXPECTED);
        }
        if (path.toString().endsWith(".gguf") || beginsLikeGguf(path)) {
            return GgufCheckpoint.open(path);
        }
        throw new ModelException(path + " is no GGUF file; " + EXPECTED);
    }

    /** A file of a download cache may be named by its hash. */
    private static boolean beginsLikeGguf(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(4), "GGUF".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Checkpoint openDirectory(Path directory) {
        List<String> names = fileNames(directory);
        if (names.contains(PackedWeights.HEADER)) {
            return PackedCheckpoint.open(directory);
        }
        if (names.contains(HuggingFaceCheckpoint.WEIGHTS) || names.contains(HuggingFaceCheckpoint.INDEX)) {
            if (!names.contains(HuggingFaceCheckpoint.CONFIG)) {
                throw new ModelException(directory + " has weights but no config.json; " + EXPECTED);
            }
            return HuggingFaceCheckpoint.open(directory);
        }
        throw new ModelException(directory + " holds no model that can be opened: " + found(names) + "; " + EXPECTED);
    }

    /** What a directory without safetensors weights holds instead, and the way out where there is one. */
    private static String found(List<String> names) {
        if (names.isEmpty()) {
            return "it is empty";
        }
        if (names.contains("params.json") || names.contains("consolidated.safetensors")) {
            return "it is in Mistral's own format (params.json, consolidated.safetensors), which is not supported yet";
        }
        for (String name : names) {
            if (name.endsWith(".gguf")) {
                return "it holds " + Quoted.of(name) + "; give the path of that file";
            }
        }
        for (String name : names) {
            if (name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".pth")) {
                return Quoted.of(name) + " is a PyTorch pickle, which is never read; convert it to safetensors";
            }
        }
        if (names.contains(HuggingFaceCheckpoint.CONFIG)) {
            return "it has config.json but no weights";
        }
        return "it has neither config.json nor weights";
    }

    private static List<String> fileNames(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new ModelException(directory + " cannot be listed: " + e.getMessage(), e);
        }
    }
}
