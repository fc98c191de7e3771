package io.sirocco.engine;

import io.sirocco.text.ChatTemplate;
import io.sirocco.weights.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What answers depend on beside the request, part by part: where it is equal (and the type of the key-value cache), the same requests have the same answers.
 *
 * @param content configuration, tensors and (of a GGUF file) tokenizer; see {@link Checkpoint#fingerprint}
 * @param tokenizer SHA-256 of the files beside the weights that say how text becomes tokens and which tokens end an answer
 * @param chatTemplate SHA-256 of the chat template; empty if there is none
 * @param numerics revision of the arithmetic
 */
public record ModelIdentity(String content, String tokenizer, String chatTemplate, String numerics) {

    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json");

    private static final int BUFFER_BYTES = 1 << 16;

    /** The identity of a model that engines can open. */
    public static ModelIdentity of(Checkpoint checkpoint) {
        MessageDigest files = sha256();
        for (String name : TOKENIZER_FILES) {
            Optional<Path> file = checkpoint.file(name);
            files.update((byte) (file.isPresent() ? 1 : 0));
            file.ifPresent(path -> update(files, path));
        }
        String template = ChatTemplate.open(checkpoint)
                .map(found -> hex(sha256(), found.source().getBytes(StandardCharsets.UTF_8)))
                .orElse("");
        return new ModelIdentity(checkpoint.fingerprint(), hex(files, new byte[0]), template, Engine.NUMERICS);
    }

    private static void update(MessageDigest digest, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static String hex(MessageDigest digest, byte[] last) {
        return HexFormat.of().formatHex(digest.digest(last)).substring(0, 16);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
