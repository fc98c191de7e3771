package io.sirocco.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private final SortedMap<String, Tensor> tensors;
    private final long bytes;
    private final Arena arena;
    private String fingerprint;

    /** Takes over the arena that the tensors are mapped in; tensors are keyed by canonical name. */
    MappedCheckpoint(
            Format format,
            RotaryOrder rotaryOrder,
            Path path,
            JsonNode config,
            Map<String, Tensor> tensors,
            long bytes,
            Arena arena) {
        this.format = format;
        this.rotaryOrder = rotaryOrder;
        this.path = path;
        this.config = config;
        this.tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
        this.bytes = bytes;
        this.arena = arena;
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

    /** Links out of the directory are followed: the hub's own cache is made of them, and they come with the disk, not the model. */
    static boolean isPlainFileName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException(path + ": tensor " + name + " is missing");
        }
        return tensor;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public synchronized String fingerprint() {
        if (fingerprint == null) {
            fingerprint = Fingerprint.of(config, tensors.values());
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
