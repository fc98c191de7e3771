package io.sirocco.weights;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Opens a directory that {@code sirocco pack} made: a checkpoint like the one it was made of, but for the form of its weights. */
final class PackedCheckpoint {
    private PackedCheckpoint() {}

    @SuppressWarnings("MustBeClosedChecker") // the checkpoint takes the arena over and closes it
    static Checkpoint open(Path directory) {
        PackedWeights packed = PackedWeights.open(directory);
        boolean gguf = Files.isRegularFile(directory.resolve(ModelDescription.METADATA));
        Arena arena = Arena.ofShared();
        try {
            Map<String, StoredTensor> tensors = packed.map(arena).values().stream()
                    .collect(Collectors.toMap(Tensor::name, tensor -> stored(directory, tensor)));
            return new MappedCheckpoint(
                    gguf ? Checkpoint.Format.GGUF : Checkpoint.Format.HUGGING_FACE,
                    Checkpoint.RotaryOrder.HALVES,
                    directory,
                    gguf
                            ? ModelDescription.metadata(directory)
                            : StrictJson.object(directory.resolve(HuggingFaceCheckpoint.CONFIG)),
                    tensors,
                    packed.bytes(),
                    arena,
                    Optional.of(packed));
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private static StoredTensor stored(Path directory, Tensor tensor) {
        return new StoredTensor(
                directory.resolve(PackedWeights.DATA),
                tensor.name(),
                tensor.type().name(),
                tensor.shape(),
                tensor.data());
    }
}
