package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.kernel.WeightType;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A checkpoint whose files have been parsed and mapped; every format ends as one of these. */
final class MappedCheckpoint implements Checkpoint {
    private final Format format;
    private final RotaryOrder rotaryOrder;
    private final Path path;
    private final JsonNode config;
    private final SortedMap<String, StoredTensor> tensors;
    private final long bytes;
    private final Arena arena;
    private final Optional<PackedWeights> packed;
    private String fingerprint;

    /**
     * Takes over the arena that the tensors are mapped in; tensors are keyed by canonical name.
     *
     * @param packed where the tensors are from, if they are packed
     */
    MappedCheckpoint(
            Format format,
            RotaryOrder rotaryOrder,
            Path path,
            JsonNode config,
            Map<String, StoredTensor> tensors,
            long bytes,
            Arena arena,
            Optional<PackedWeights> packed) {
        this.format = format;
        this.rotaryOrder = rotaryOrder;
        this.path = path;
        this.config = config;
        this.tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
        this.bytes = bytes;
        this.arena = arena;
        this.packed = packed;
        this.tensors.values().forEach(this::checkType);
    }

    /** All tensors that are left are needed, so an unsupported type is told before anything is loaded. */
    private void checkType(StoredTensor tensor) {
        boolean supported =
                Arrays.stream(WeightType.values()).anyMatch(type -> type.name().equals(tensor.type()));
        if (!supported) {
            String types = format == Format.GGUF ? Arrays.toString(WeightType.values()) : "[F32, F16, BF16]";
            throw new ModelException(
                    tensor.file() + ": " + Quoted.of(tensor.name()) + " is " + tensor.type() + "; supported: " + types);
        }
    }

    @Override
    public Format format() {
        return format;
    }

    @Override
    public RotaryOrder rotaryOrder() {
        return rotaryOrder;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public JsonNode config() {
        return config;
    }

    @Override
    public Optional<Path> file(String name) {
        if (!isPlainFileName(name)) {
            throw new ModelException(path + ": " + Quoted.of(name) + " is not the name of a file in a model directory");
        }
        if (format == Format.GGUF) {
            return Optional.empty();
        }
        return Optional.of(path.resolve(name)).filter(Files::isRegularFile);
    }

    /**
     * One step down, of printable ASCII, which every file system and locale can spell. Links are followed wherever they lead: the hub's
     * own cache is made of them, and they come with the disk, not with the model.
     */
    static boolean isPlainFileName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '/' && c != '\\' && c != ':');
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public Tensor tensor(String name) {
        StoredTensor stored = tensors.get(name);
        if (stored == null) {
            throw new ModelException(path + ": tensor " + name + " is missing");
        }
        return new Tensor(name, WeightType.valueOf(stored.type()), stored.shape(), stored.data());
    }

    @Override
    public Optional<PackedWeights> packed() {
        return packed;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public synchronized String fingerprint() {
        if (fingerprint == null) {
            fingerprint = packed.map(PackedWeights::fingerprint).orElseGet(() -> Fingerprint.of(config, tensors));
        }
        return fingerprint;
    }

    @Override
    public synchronized void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
