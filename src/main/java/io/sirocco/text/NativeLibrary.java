package io.sirocco.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Loads the tokenizers library that lies in DJL's jar, once per JVM, from a temporary file that is gone again at once. DJL's own
 * loader would keep it under {@code ~/.djl.ai}, start JNA to look for CUDA, and where it finds CUDA download another library.
 */
final class NativeLibrary {
    /** What the jar holds, by the JDK's {@code os.name} and {@code os.arch}. */
    private static final Map<String, String> PLATFORMS = Map.of(
            "Linux amd64", "linux-x86_64",
            "Linux aarch64", "linux-aarch64",
            "Mac OS X aarch64", "osx-aarch64");

    private NativeLibrary() {}

    /** @throws TokenizerException if it does not run here; says why */
    static void load() {
        String failure = Loaded.OUTCOME.failure();
        if (failure != null) {
            throw new TokenizerException("the native tokenizers library does not load: " + failure
                    + "; prompts given as token_ids need no tokenizer");
        }
    }

    /** @param failure why the library is not there, or null */
    private record Outcome(String failure) {}

    /** Loads when first used, and never twice. */
    private static final class Loaded {
        static final Outcome OUTCOME = new Outcome(load());

        private static String load() {
            String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            String platform = PLATFORMS.get(machine);
            if (platform == null) {
                return "there is none for " + machine + ", only for "
                        + String.join(", ", new TreeSet<>(PLATFORMS.keySet()));
            }
            // The JVM looks for native methods among the libraries of the class's own loader.
            if (!Objects.equals(TokenizersLibrary.class.getClassLoader(), NativeLibrary.class.getClassLoader())) {
                return "put Sirocco and ai.djl.huggingface:tokenizers on the same class path";
            }
            try {
                unpackAndLoad("/native/lib/" + platform + "/cpu/", System.mapLibraryName("tokenizers"));
                return null;
            } catch (IOException | UnsatisfiedLinkError e) {
                return e
                        + " (it is unpacked into -Djava.io.tmpdir, which must allow writing and executing, and needs glibc)";
            }
        }

        private static void unpackAndLoad(String folder, String file) throws IOException {
            Path directory = Files.createTempDirectory("sirocco-native");
            Path library = directory.resolve(file);
            try (InputStream in = TokenizersLibrary.class.getResourceAsStream(folder + file)) {
                if (in == null) {
                    throw new IOException(folder + file + " is not in the tokenizers jar");
                }
                Files.copy(in, library);
                System.load(library.toString());
            } finally {
                Files.deleteIfExists(library);
                Files.delete(directory);
            }
        }
    }
}
