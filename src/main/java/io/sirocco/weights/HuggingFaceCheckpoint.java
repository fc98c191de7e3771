package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Opens a Hugging Face directory: {@code config.json} and one safetensors file, or the shards that its index names. */
final class HuggingFaceCheckpoint {
    static final String CONFIG = "config.json";
    static final String WEIGHTS = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private HuggingFaceCheckpoint() {}

    @SuppressWarnings("MustBeClosedChecker") // the checkpoint takes the arena over and closes it
    static Checkpoint open(Path directory) {
        ObjectNode config = StrictJson.object(directory.resolve(CONFIG));
        Arena arena = Arena.ofShared();
        try {
            // Where both are there, the whole file wins, as in transformers.
            List<SafetensorsFile> files = Files.exists(directory.resolve(WEIGHTS))
                    ? List.of(SafetensorsFile.open(directory.resolve(WEIGHTS), arena))
                    : openShards(directory, arena);
            List<StoredTensor> tensors = files.stream()
                    .flatMap(file -> file.tensors().values().stream())
                    .toList();
            return new MappedCheckpoint(
                    Checkpoint.Format.HUGGING_FACE,
                    Checkpoint.RotaryOrder.HALVES,
                    directory,
                    config,
                    TensorNames.HUGGING_FACE.rename(
                            directory,
                            "config.json: model_type",
                            config.path("model_type").asText(),
                            tensors),
                    files.stream().mapToLong(SafetensorsFile::bytes).sum(),
                    arena,
                    Optional.empty());
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** The shards that the index names, each with exactly the tensors that the index says. */
    private static List<SafetensorsFile> openShards(Path directory, Arena arena) {
        Path index = directory.resolve(INDEX);
        SortedMap<String, String> shardOf = weightMap(index);
        List<SafetensorsFile> shards = new ArrayList<>();
        for (String shard : shardOf.values().stream().distinct().sorted().toList()) {
            Path file = directory.resolve(shard);
            if (!Files.isRegularFile(file)) {
                throw new ModelException(file + " is missing; " + index.getFileName() + " names it. Download it again");
            }
            shards.add(SafetensorsFile.open(file, arena));
        }
        for (SafetensorsFile shard : shards) {
            String file = shard.path().getFileName().toString();
            for (String tensor : shard.tensors().keySet()) {
                if (!file.equals(shardOf.remove(tensor)) && !TensorNames.HUGGING_FACE.ignored(tensor)) {
                    throw new ModelException(shard.path() + " holds tensor " + Quoted.of(tensor) + ", which "
                            + index.getFileName() + " does not say; the files do not belong together");
                }
            }
        }
        shardOf.forEach((tensor, shard) -> {
            throw new ModelException(directory.resolve(shard) + " lacks tensor " + Quoted.of(tensor) + ", which "
                    + index.getFileName() + " says is in it; the files do not belong together");
        });
        return shards;
    }

    /** Tensor name to shard file name. */
    private static SortedMap<String, String> weightMap(Path index) {
        JsonNode map = StrictJson.object(index).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new ModelException(
                    index + ": \"weight_map\" is missing or empty; expected tensor names and their files");
        }
        SortedMap<String, String> shardOf = new TreeMap<>();
        map.forEachEntry((tensor, shard) -> {
            if (!shard.isTextual()
                    || !MappedCheckpoint.isPlainFileName(shard.asText())
                    || !shard.asText().endsWith(".safetensors")) {
                throw new ModelException(index + ": \"weight_map\" puts tensor " + Quoted.of(tensor) + " into "
                        + Quoted.of(shard.toString())
                        + "; expected the plain name of a .safetensors file in the same directory");
            }
            shardOf.put(tensor, shard.asText());
        });
        return shardOf;
    }
}
