package io.sirocco.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files behind {@code --input}: a file, a directory, or a glob of them.
 *
 * @param format what the files hold
 * @param root the file's directory, the directory, or the part of a glob that is no pattern; a row's file is named relative to it
 */
record InputFiles(InputFormat format, Path root) {

    private static final String PATTERN_CHARACTERS = "*?[{";
    private static final List<String> COMPRESSED = List.of(".gz", ".bz2", ".zst", ".snappy", ".lz4", ".deflate");

    /** @throws JobException if nothing is there, or the format cannot be told */
    static InputFiles find(String input, Optional<InputFormat> format, Configuration configuration) {
        try {
            Path path = new Path(input);
            FileSystem files = path.getFileSystem(configuration);
            FileStatus[] found = files.globStatus(path);
            if (found == null || found.length == 0) {
                throw new JobException("input " + input + " does not exist");
            }
            TreeSet<String> extensions = new TreeSet<>();
            for (FileStatus status : found) {
                collect(files, status, extensions);
            }
            if (extensions.isEmpty()) {
                throw new JobException("input " + input + " holds no files");
            }
            return new InputFiles(format.orElseGet(() -> format(input, extensions)), root(path, found[0]));
        } catch (FileNotFoundException | IllegalArgumentException e) {
            throw new JobException("input " + input + " does not exist", e);
        } catch (IOException e) {
            throw new JobException("input " + input + " cannot be read: " + Failures.line(e), e);
        }
    }

    private static void collect(FileSystem files, FileStatus status, TreeSet<String> extensions) throws IOException {
        if (status.isFile()) {
            extensions.add(extension(status.getPath().getName()));
            return;
        }
        RemoteIterator<LocatedFileStatus> inside = files.listFiles(status.getPath(), true);
        while (inside.hasNext()) {
            Path file = inside.next().getPath();
            if (!isHidden(file, status.getPath())) {
                extensions.add(extension(file.getName()));
            }
        }
    }

    /** Spark passes over names that begin with _ or a dot, such as _SUCCESS. */
    private static boolean isHidden(Path file, Path top) {
        for (Path p = file; p != null && !p.equals(top); p = p.getParent()) {
            if (p.getName().startsWith(".") || p.getName().startsWith("_")) {
                return true;
            }
        }
        return false;
    }

    private static String extension(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        for (String suffix : COMPRESSED) {
            if (plain.endsWith(suffix)) {
                plain = plain.substring(0, plain.length() - suffix.length());
            }
        }
        return plain.substring(plain.lastIndexOf('.') + 1);
    }

    private static InputFormat format(String input, TreeSet<String> extensions) {
        TreeSet<InputFormat> formats = new TreeSet<>();
        for (String extension : extensions) {
            formats.add(
                    switch (extension) {
                        case "parquet" -> InputFormat.PARQUET;
                        case "json", "jsonl", "ndjson" -> InputFormat.JSON;
                        case "csv" -> InputFormat.CSV;
                        case "txt", "text" -> InputFormat.TEXT;
                        case "orc" -> InputFormat.ORC;
                        case "arrow", "arrows", "ipc", "feather" -> InputFormat.ARROW;
                        default ->
                            throw new JobException("input " + input + " has files of a format that its extension ("
                                    + extension + ") does not tell; say it with --input-format");
                    });
        }
        if (formats.size() > 1) {
            throw new JobException("input " + input + " has files of several formats (" + String.join(", ", extensions)
                    + "); give one of them, as a glob");
        }
        return formats.first();
    }

    private static Path root(Path given, FileStatus first) {
        Path pattern = null;
        for (Path p = given; p != null; p = p.getParent()) {
            if (p.getName().chars().anyMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0)) {
                pattern = p;
            }
        }
        if (pattern == null) {
            return first.isFile() ? first.getPath().getParent() : first.getPath();
        }
        Path root = first.getPath();
        for (int i = given.depth() - pattern.depth() + 1; i > 0; i--) {
            root = root.getParent();
        }
        return root;
    }
}
