package io.sirocco.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of pulled models, {@code $SIROCCO_HOME/models}. A model is a directory that appears, whole, by one rename: what bears its
 * final name is complete, whatever was killed meanwhile. Beside it lie {@code NAME.partial} while it comes in and {@code NAME.lock}.
 */
final class ModelCache {
    /** A file lock holds between processes only; within this one, pulls go one after the other. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path root;

    ModelCache(Path root) {
        this.root = root;
    }

    /** Writes a model's files into an existing directory, which may hold what an earlier attempt left. */
    @FunctionalInterface
    interface Filling {
        void into(Path partial) throws IOException, InterruptedException;
    }

    Path directory(String first, String... more) {
        return root.resolve(Path.of(first, more));
    }

    /**
     * Makes a directory of the cache complete. If it is, nothing is written or locked: a read-only cache will do. Of two processes, one
     * fills and the other waits.
     *
     * @throws ModelException if it cannot be filled
     */
    void fill(Path directory, PullProgress progress, Filling filling) {
        fill(directory, Files::isDirectory, progress, filling);
    }

    /**
     * As {@link #fill(Path, PullProgress, Filling)}; what is there and not sound is replaced.
     *
     * @param sound whether the directory is there and good
     */
    void fill(Path directory, Predicate<Path> sound, PullProgress progress, Filling filling) {
        if (sound.test(directory)) {
            return;
        }
        Path partial = sibling(directory, ".partial");
        Path lockFile = sibling(directory, ".lock");
        try {
            Files.createDirectories(directory.getParent());
            IN_THIS_PROCESS.lockInterruptibly();
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = lock(channel, lockFile, progress)) {
                if (!sound.test(directory)) {
                    Files.createDirectories(partial);
                    filling.into(partial);
                    delete(directory);
                    Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
                }
            } finally {
                IN_THIS_PROCESS.unlock();
            }
        } catch (IOException e) {
            throw new ModelException(directory + " cannot be written: " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(
                    "the pull into " + directory + " was interrupted; the next one goes on from there", e);
        }
    }

    private static FileLock lock(FileChannel channel, Path lockFile, PullProgress progress) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            progress.waitingFor(lockFile);
            lock = channel.lock();
        }
        return lock;
    }

    private static Path sibling(Path directory, String suffix) {
        return directory.resolveSibling(directory.getFileName() + suffix);
    }

    /** Forces a written file to the disk, so that a rename after it never shows a file that a crash then empties. */
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Deletes a directory and what is in it, if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> contents;
        try (Stream<Path> walk = Files.walk(directory)) {
            contents = walk.toList();
        }
        for (Path path : contents.reversed()) {
            Files.deleteIfExists(path);
        }
    }

    /** Many exceptions of java.nio.file say only which file; their class says what. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException file) {
            return (file.getFile() == null ? "" : file.getFile() + ": ")
                    + (file.getReason() == null ? e.getClass().getSimpleName() : file.getReason());
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
