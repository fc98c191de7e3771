package io.sirocco.weights;

import io.sirocco.kernel.Matrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packed weights of the models that have been opened on this host, {@code $SIROCCO_HOME/packed}: written by whichever process comes
 * first, while others wait, and mapped by all. An entry is found by the fingerprint of the model and the paths, sizes and times of its
 * files, since a fingerprint samples the weights only. Nothing is ever deleted here: an entry whose model is gone, or of another layout,
 * stays until somebody deletes it, which may be at any time.
 */
public final class WeightCache {
    private static final Logger LOG = LoggerFactory.getLogger(WeightCache.class);

    private final Path root;
    private final ModelCache cache;

    private WeightCache(Path root) {
        this.root = root;
        this.cache = new ModelCache(root);
    }

    /** With the settings of this process's environment. */
    public static WeightCache fromEnvironment() {
        return of(System.getenv());
    }

    /** With the settings in these variables: SIROCCO_PACKED, the folder itself, or else SIROCCO_HOME. */
    public static WeightCache of(Map<String, String> environment) {
        String folder = environment.getOrDefault("SIROCCO_PACKED", "");
        return new WeightCache(folder.isBlank() ? ModelSource.home(environment).resolve("packed") : Path.of(folder));
    }

    /** Writes a checkpoint's weights into a directory, with {@link PackedWeights#write}. */
    @FunctionalInterface
    public interface Filling {
        void into(Path directory) throws IOException;
    }

    /**
     * The weights of a checkpoint, packed now if they are not there or damaged; empty, with a warning, if the cache cannot be written.
     */
    public Optional<PackedWeights> weights(Checkpoint checkpoint, Filling filling) {
        try {
            Path directory = root.resolve(key(checkpoint));
            if (!isSound(directory, damage -> LOG.warn("{}; that is done now", damage))) {
                cache.fill(
                        directory,
                        other -> isSound(other, _ -> {}),
                        PullProgress.NONE,
                        partial -> fill(partial, filling));
            }
            return Optional.of(PackedWeights.open(directory));
        } catch (ModelException | IOException e) {
            LOG.warn("{}; packing the weights into memory instead", e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isSound(Path directory, Consumer<String> damage) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try {
            PackedWeights.open(directory).verify();
            return true;
        } catch (ModelException e) {
            damage.accept(e.getMessage());
            return false;
        }
    }

    /** A disk that is full should not be left so. */
    private static void fill(Path partial, Filling filling) throws IOException {
        boolean done = false;
        try {
            filling.into(partial);
            done = true;
        } finally {
            if (!done) {
                ModelCache.delete(partial);
            }
        }
    }

    private static String key(Checkpoint checkpoint) throws IOException {
        StringBuilder identity = new StringBuilder(checkpoint.fingerprint());
        for (Path file : weightFiles(checkpoint.path())) {
            Path real = file.toRealPath();
            identity.append('\n').append(real).append(' ').append(Files.size(real));
            identity.append(' ').append(Files.getLastModifiedTime(real).toInstant());
        }
        MessageDigest digest = Fingerprint.sha256();
        byte[] hash = digest.digest(identity.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 16) + "-" + Matrix.LAYOUT;
    }

    private static List<Path> weightFiles(Path model) throws IOException {
        if (Files.isRegularFile(model)) {
            return List.of(model);
        }
        try (Stream<Path> files = Files.list(model)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
    }
}
