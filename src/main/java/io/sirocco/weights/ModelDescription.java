package io.sirocco.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** All of a model but its weights: configuration, tokenizer, chat template. */
final class ModelDescription {
    /** The metadata of a GGUF model, as a GGUF file without tensors. */
    static final String METADATA = "metadata.gguf";

    /** Configurations and tokenizers of all makers; weights have other endings. */
    private static final List<String> ENDINGS =
            List.of(".json", ".jinja", ".model", ".model.v1", ".model.v2", ".model.v3");

    /** The largest tokenizer.json in use has 33 MB. */
    private static final long MAX_FILE_BYTES = 64 << 20;

    private ModelDescription() {}

    /** Copies it into a directory. */
    static void copy(Checkpoint checkpoint, Path directory) throws IOException {
        switch (checkpoint.format()) {
            case HUGGING_FACE -> copyFiles(checkpoint.path(), directory);
            case GGUF -> copyMetadata(checkpoint.path(), directory.resolve(METADATA));
        }
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(from)) {
            files = entries.filter(ModelDescription::describes).toList();
        }
        for (Path file : files) {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ModelException(
                        file + " is larger than " + (MAX_FILE_BYTES >> 20) + " MiB; no such file of a model is");
            }
            Files.copy(file, to.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean describes(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file)
                && ENDINGS.stream().anyMatch(name::endsWith)
                && !name.endsWith(".safetensors.index.json");
    }

    private static void copyMetadata(Path from, Path to) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            GgufFile file = GgufFile.open(from, arena);
            MemorySegment pairs = file.pairs();
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(4 + 4 + 8 + 8 + pairs.byteSize()))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(GgufFile.MAGIC)
                    .putInt(3)
                    .putLong(0)
                    .putLong(file.metadata().size())
                    .put(pairs.toArray(ValueLayout.JAVA_BYTE));
            Files.write(to, bytes.array());
        }
    }

    /** The metadata that {@link #copy} left in a directory. */
    static ObjectNode metadata(Path directory) {
        try (Arena arena = Arena.ofShared()) {
            return GgufFile.open(directory.resolve(METADATA), arena).metadata();
        }
    }
}
