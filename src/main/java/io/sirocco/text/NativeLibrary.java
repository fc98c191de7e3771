package io.sirocco.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Loads the tokenizers library that lies in DJL's jar, once per JVM. Left alone DJL would unpack it under {@code ~/.djl.ai} and, on a
 * machine with CUDA, download another one.
 */
final class NativeLibrary {

    private NativeLibrary() {}

    /** @throws TokenizerException if it does not run here; says why */
    static void load() {
        Throwable failure = Loaded.OUTCOME.failure();
        if (failure != null) {
            throw new TokenizerException(
                    "the native tokenizers library does not load on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch")
                            + " (it is there for Linux with glibc on x86-64 and arm64, and for macOS on"
                            + " arm64): " + failure.getMessage()
                            + "; prompts given as token_ids need no tokenizer",
                    failure);
        }
    }

    /** @param failure why the library is not there, or null */
    private record Outcome(Throwable failure) {}

    private static final class Loaded {
        static final Outcome OUTCOME = new Outcome(load());

        private static Throwable load() {
            try {
                Path cache = cache();
                if (Files.isWritable(cache)) {
                    unpackAndLoad(cache);
                    return null;
                }
                // As in some containers. Once loaded, the file is needed no more.
                Path temporary = Files.createTempDirectory("sirocco-native");
                try {
                    unpackAndLoad(temporary);
                } finally {
                    delete(temporary);
                }
                return null;
            } catch (IOException | RuntimeException | LinkageError | AssertionError e) {
                return e.getCause() == null ? e : e.getCause();
            }
        }

        /** DJL takes its settings from the environment or from these properties, and reads them only here. */
        private static void unpackAndLoad(Path directory) {
            Map<String, String> settings =
                    Map.of("RUST_FLAVOR", "cpu", "ai.djl.offline", "true", "ENGINE_CACHE_DIR", directory.toString());
            Map<String, String> before = new HashMap<>();
            settings.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
            try {
                LibUtils.checkStatus();
            } finally {
                before.forEach((key, value) -> {
                    if (value == null) {
                        System.clearProperty(key);
                    } else {
                        System.setProperty(key, value);
                    }
                });
            }
        }

        /** A folder beside the models; it may not be writable. */
        private static Path cache() {
            String home = System.getenv("SIROCCO_HOME");
            Path cache = home == null || home.isEmpty()
                    ? Path.of(System.getProperty("user.home"), ".cache", "sirocco")
                    : Path.of(home);
            Path folder = cache.resolve("native").toAbsolutePath();
            try {
                return Files.createDirectories(folder);
            } catch (IOException e) {
                return folder;
            }
        }

        private static void delete(Path directory) throws IOException {
            List<Path> contents;
            try (Stream<Path> walk = Files.walk(directory)) {
                contents = walk.toList();
            }
            for (Path path : contents.reversed()) {
                Files.delete(path);
            }
        }
    }
}
