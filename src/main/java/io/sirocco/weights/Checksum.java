package io.sirocco.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What the bytes of a file must hash to. */
record Checksum(Algorithm algorithm, String hex) {
    private static final int BUFFER_BYTES = 1 << 20;

    enum Algorithm {
        SHA256("SHA-256", 64),
        /** Git's name of a file: SHA-1 over the header {@code "blob <size>\0"} and the bytes. */
        GIT_BLOB("SHA-1", 40);

        private final String digest;
        private final Pattern form;

        Algorithm(String digest, int digits) {
            this.digest = digest;
            this.form = Pattern.compile("[0-9a-f]{" + digits + "}");
        }

        boolean looksLike(String hex) {
            return form.matcher(hex).matches();
        }
    }

    Checksum {
        if (!algorithm.looksLike(hex)) {
            throw new ModelException(
                    "checksum " + Quoted.of(hex) + ": expected " + algorithm.digest + " in lower-case hex");
        }
    }

    static Checksum sha256(String hex) {
        return new Checksum(Algorithm.SHA256, hex);
    }

    static Checksum gitBlob(String hex) {
        return new Checksum(Algorithm.GIT_BLOB, hex);
    }

    /**
     * Reads the whole file.
     *
     * @param what the file in words, for the message
     * @throws ModelException if the file is another one
     */
    void verify(Path file, String what) throws IOException {
        String found = HexFormat.of().formatHex(digest(file));
        if (!found.equals(hex)) {
            throw new ModelException(
                    what + ": the bytes received are not the file: " + algorithm.digest + " is " + found + ", expected "
                            + hex + "; nothing was kept. Try again; if it stays so, something on the way changes it");
        }
    }

    private byte[] digest(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm.digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm.digest, e);
        }
        if (algorithm == Algorithm.GIT_BLOB) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return digest.digest();
    }
}
