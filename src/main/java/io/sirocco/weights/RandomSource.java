package io.sirocco.weights;

import java.io.IOException;
import java.nio.file.Path;

/** Writes models of random weights into the cache, as files that llama.cpp reads too. */
final class RandomSource {
    private final ModelCache cache;

    RandomSource(ModelCache cache) {
        this.cache = cache;
    }

    /** Local path of the model's file; writes it if it is absent. */
    Path pull(RandomModel model, PullProgress progress) {
        String fileName = model.name() + "-bf16.gguf";
        Path directory = cache.directory("random", model.name());
        cache.fill(directory, progress, partial -> {
            try {
                RandomGguf.write(model, partial.resolve(fileName), progress);
            } catch (IOException | RuntimeException | Error e) {
                // What is half written may be gigabytes, and is of no use the next time.
                ModelCache.delete(partial);
                throw e;
            }
        });
        return directory.resolve(fileName);
    }
}
