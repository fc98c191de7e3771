package io.sirocco.weights;

import io.sirocco.kernel.RowMatrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;

/** Writes a packed model: packed weights, and all else that the model it is made of has. */
public final class PackedModel {
    private PackedModel() {}

    /**
     * Writes the directory, which appears whole.
     *
     * @param conversion says what was done to the values, which makes another fingerprint; empty if they are the checkpoint's
     * @throws ModelException if the directory is there already or cannot be written
     */
    public static void write(
            Checkpoint checkpoint,
            Path directory,
            String conversion,
            Collection<Tensor> vectors,
            Map<String, RowMatrix> matrices) {
        if (Files.exists(directory)) {
            throw new ModelException(directory + " exists already; delete it, or give another name");
        }
        Path partial = Path.of(directory + ".partial");
        try {
            ModelCache.delete(partial);
            Files.createDirectories(partial);
            ModelDescription.copy(checkpoint, partial);
            PackedWeights.write(partial, fingerprint(checkpoint.fingerprint(), conversion), vectors, matrices);
            Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ModelException(directory + " cannot be written: " + ModelCache.reason(e), e);
        } finally {
            deleteQuietly(partial);
        }
    }

    private static String fingerprint(String original, String conversion) {
        if (conversion.isEmpty()) {
            return original;
        }
        MessageDigest digest = Fingerprint.sha256();
        return HexFormat.of().formatHex(digest.digest((original + ":" + conversion).getBytes(StandardCharsets.UTF_8)));
    }

    /** What is left after a failure; the failure is what matters. */
    private static void deleteQuietly(Path partial) {
        try {
            ModelCache.delete(partial);
        } catch (IOException _) {
            // It lies beside what was asked for, under a name that says what it is.
        }
    }
}
