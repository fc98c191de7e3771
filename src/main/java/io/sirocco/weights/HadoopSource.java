package io.sirocco.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Copies models from Hadoop file systems into the cache: once per host, by whichever process needs it first. A copy is found by the
 * URI and the names, lengths and times of its files, so a model that has been replaced is copied anew. What is read is checked by the
 * file system's own checksums, and its length here.
 */
final class HadoopSource {
    private static final int BUFFER = 1 << 20;

    private final ModelCache cache;
    private final Configuration configuration;

    HadoopSource(ModelCache cache, Configuration configuration) {
        this.cache = cache;
        this.configuration = configuration;
    }

    /** Local path of the model: the copy of the directory, or of the file. */
    java.nio.file.Path pull(HadoopModel model, PullProgress progress) {
        try {
            Path path = new Path(model.uri());
            FileSystem files = path.getFileSystem(configuration);
            FileStatus top = files.getFileStatus(path);
            List<FileStatus> parts = top.isFile() ? List.of(top) : parts(files, path);
            java.nio.file.Path directory = cache.directory("hadoop", path.getName() + "-" + identity(model, parts));
            cache.fill(directory, progress, partial -> {
                for (FileStatus part : parts) {
                    copy(files, part, partial.resolve(part.getPath().getName()), progress);
                }
            });
            return top.isFile() ? directory.resolve(path.getName()) : directory;
        } catch (FileNotFoundException e) {
            throw new ModelException("model " + Quoted.of(model.uri()) + " does not exist", e);
        } catch (ModelException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Hadoop throws a bare RuntimeException where the class of a file system is absent.
            throw new ModelException("model " + Quoted.of(model.uri()) + " cannot be read: " + line(e), e);
        }
    }

    /** The files right in a directory, but for hidden ones and the pickles beside the weights, which nothing here reads. */
    private static List<FileStatus> parts(FileSystem files, Path directory) throws IOException {
        return Arrays.stream(files.listStatus(directory))
                .filter(FileStatus::isFile)
                .filter(part -> !part.getPath().getName().matches("[._].*|.*\\.(bin|pt|pth)"))
                .sorted(Comparator.comparing(FileStatus::getPath))
                .toList();
    }

    private static String identity(HadoopModel model, List<FileStatus> parts) {
        StringBuilder identity = new StringBuilder(model.uri());
        for (FileStatus part : parts) {
            identity.append('\n').append(part.getPath().getName());
            identity.append(' ').append(part.getLen()).append(' ').append(part.getModificationTime());
        }
        byte[] hash = Fingerprint.sha256().digest(identity.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 8);
    }

    /** A file that an earlier attempt has copied whole is kept. */
    private static void copy(FileSystem files, FileStatus part, java.nio.file.Path file, PullProgress progress)
            throws IOException {
        if (Files.exists(file)) {
            return;
        }
        java.nio.file.Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        ProgressMeter meter = new ProgressMeter(progress, file.getFileName().toString(), part.getLen());
        byte[] buffer = new byte[BUFFER];
        long done = 0;
        try (InputStream in = files.open(part.getPath());
                OutputStream out = Files.newOutputStream(unfinished)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                done += read;
                meter.at(done);
            }
        }
        if (done != part.getLen()) {
            throw new IOException(part.getPath() + " gave " + done + " bytes; its length was " + part.getLen());
        }
        meter.finished(done);
        ModelCache.sync(unfinished);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String line(Exception e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        return message.lines().findFirst().orElse(e.getClass().getSimpleName());
    }
}
