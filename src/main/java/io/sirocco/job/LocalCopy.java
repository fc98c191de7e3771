package io.sirocco.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An evaluation's folder, for what reads files of this machine: the folder itself, or a copy of its results if it is on another.
 *
 * @param folder of the same name as the output's
 * @param temporary what is deleted in the end; empty for the folder itself
 */
record LocalCopy(java.nio.file.Path folder, Optional<java.nio.file.Path> temporary) implements AutoCloseable {

    static LocalCopy of(FileSystem files, Path path) throws IOException {
        Path whole = files.makeQualified(path);
        if ("file".equals(whole.toUri().getScheme())) {
            return new LocalCopy(java.nio.file.Path.of(whole.toUri().getPath()), Optional.empty());
        }
        java.nio.file.Path temporary = Files.createTempDirectory("sirocco-results");
        LocalCopy copy = new LocalCopy(temporary.resolve(whole.getName()), Optional.of(temporary));
        for (FileStatus file : files.listStatus(path)) {
            String name = file.getPath().getName();
            if (name.startsWith("results_") || name.startsWith("samples_")) {
                copy.copy(files, file.getPath(), name);
            }
        }
        copy.copy(files, new Path(path, "_sirocco/run.json"), "_sirocco/run.json");
        return copy;
    }

    private void copy(FileSystem files, Path from, String name) throws IOException {
        java.nio.file.Path to = folder.resolve(name);
        Files.createDirectories(to.getParent());
        try (var in = files.open(from)) {
            Files.copy(in, to);
        }
    }

    @Override
    public void close() {
        temporary.ifPresent(root -> {
            try (Stream<java.nio.file.Path> files = Files.walk(root)) {
                for (java.nio.file.Path file :
                        files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
