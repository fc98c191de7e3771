package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sirocco.weights.Checkpoint;
import io.sirocco.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A model without weights: what the text room sees of one. */
record StubCheckpoint(Format format, Path path, JsonNode config) implements Checkpoint {

    /** A Hugging Face directory, as yet without files. */
    static StubCheckpoint directory(Path path) {
        return new StubCheckpoint(Format.HUGGING_FACE, path, JsonNodeFactory.instance.objectNode());
    }

    static StubCheckpoint gguf(JsonNode metadata) {
        return new StubCheckpoint(Format.GGUF, Path.of("model.gguf"), metadata);
    }

    StubCheckpoint with(String file, String content) throws IOException {
        Files.writeString(path.resolve(file), content);
        return this;
    }

    @Override
    public Optional<Path> file(String name) {
        return format == Format.GGUF
                ? Optional.empty()
                : Optional.of(path.resolve(name)).filter(Files::exists);
    }

    @Override
    public RotaryOrder rotaryOrder() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> names() {
        return Set.of();
    }

    @Override
    public Tensor tensor(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public String fingerprint() {
        return "";
    }

    @Override
    public void close() {}
}
