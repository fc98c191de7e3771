package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Optional;

/** Opens a GGUF file of arch llama. */
final class GgufCheckpoint {
    private GgufCheckpoint() {}

    @SuppressWarnings("MustBeClosedChecker") // the checkpoint takes the arena over and closes it
    static Checkpoint open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            GgufFile file = GgufFile.open(path, arena);
            String architecture = checkedArchitecture(file);
            return new MappedCheckpoint(
                    Checkpoint.Format.GGUF,
                    Checkpoint.RotaryOrder.ADJACENT_PAIRS,
                    path,
                    file.metadata(),
                    TensorNames.GGUF.rename(
                            path,
                            "general.architecture",
                            architecture,
                            file.tensors().values()),
                    file.bytes(),
                    arena,
                    Optional.empty());
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private static String checkedArchitecture(GgufFile file) {
        JsonNode architecture = file.metadata().path("general.architecture");
        if (!architecture.asText().equals("llama")) {
            throw new ModelException(file.path() + ": general.architecture is "
                    + (architecture.isMissingNode() ? "missing" : Quoted.of(architecture.asText()))
                    + "; supported: \"llama\"");
        }
        JsonNode shards = file.metadata().path("split.count");
        if (!shards.isMissingNode() && shards.asLong() > 1) {
            throw new ModelException(file.path() + " is one of " + shards.asLong()
                    + " parts (split.count); merge them first, with llama-gguf-split --merge");
        }
        return architecture.asText();
    }
}
