package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write an output, which one run at a time has: a file that names its holder, and that the holder writes anew every few
 * seconds. It works on any file system that creates a file only if there is none. That of a process which is gone is taken over: on the
 * holder's own machine at once, elsewhere when it has not been written for a minute (by the clocks of both, which should agree to within
 * seconds).
 */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private static final long BEAT_SECONDS = 10;
    private static final long STALE_SECONDS = 60;
    private static final int MOST_BYTES = 1 << 16;

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final FileSystem files;
    private final LeaseHolder self = LeaseHolder.self(UUID.randomUUID().toString());
    private final Thread worker = Thread.currentThread();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sirocco-lease").factory());
    private boolean closed;
    private boolean lost;

    private Lease(Path file, FileSystem files) {
        this.file = file;
        this.files = files;
    }

    /**
     * Takes the lease. Should another run take it from this one, whose process then must have stood still for a minute, the calling thread
     * is interrupted.
     *
     * @param output as the user named it
     * @throws JobException if another run has it, or the file cannot be written
     */
    static Lease take(Path file, String output, Configuration configuration) {
        try {
            Lease lease = new Lease(file, file.getFileSystem(configuration));
            lease.take(output);
            ScheduledFuture<?> _ =
                    lease.clock.scheduleAtFixedRate(lease::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
            return lease;
        } catch (IOException e) {
            throw new JobException("output " + output + " cannot be written: " + Failures.line(e), e);
        }
    }

    private void take(String output) throws IOException {
        if (create(file)) {
            return;
        }
        requireGone(output);
        // Of several who find it so, one at a time looks again and takes it.
        Path taking = file.suffix(".taking");
        if (age(taking) >= STALE_SECONDS) {
            files.delete(taking, false);
        }
        boolean taken = false;
        if (create(taking)) {
            try {
                requireGone(output);
                files.delete(file, false);
                taken = create(file);
            } finally {
                files.delete(taking, false);
            }
        }
        if (!taken) {
            throw new JobException("output " + output + " is being taken by another run at this moment");
        }
    }

    private boolean create(Path path) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(self);
        try {
            files.mkdirs(path.getParent());
            if (files.getUri().getScheme().equals("file")) {
                // Hadoop's local file system looks first and creates then, which two can do at once.
                Files.write(java.nio.file.Path.of(path.toUri().getPath()), bytes, StandardOpenOption.CREATE_NEW);
            } else {
                write(path, bytes, false);
            }
            return true;
        } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException _) {
            return false;
        }
    }

    private void write(Path path, byte[] bytes, boolean overwrite) throws IOException {
        try (OutputStream out = files.create(path, overwrite)) {
            out.write(bytes);
        }
    }

    /** Who has it; empty if it cannot be told, since it is gone, or being written, or its holder died or had no room when writing it. */
    private Optional<LeaseHolder> holder() {
        try (InputStream in = files.open(file)) {
            return Optional.ofNullable(JSON.readValue(in.readNBytes(MOST_BYTES), LeaseHolder.class));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Seconds since a file was written; beyond all bounds if it is gone. */
    private long age(Path path) throws IOException {
        try {
            return (System.currentTimeMillis() - files.getFileStatus(path).getModificationTime()) / 1000;
        } catch (FileNotFoundException _) {
            return Long.MAX_VALUE;
        }
    }

    private void requireGone(String output) throws IOException {
        Optional<LeaseHolder> holder = holder();
        long age = age(file);
        String who = "output " + output + " is being written by another run"
                + holder.map(other -> ", process " + other.pid() + " on " + other.host())
                        .orElse("");
        if (holder.isPresent() && holder.get().isOnThisMachine()) {
            if (holder.get().isRunning()) {
                throw new JobException(who + "; wait for its end, stop it, or choose another output");
            }
        } else if (age < STALE_SECONDS) {
            throw new JobException(who + ", which said so " + Math.max(0, age)
                    + " s ago; wait for its end or stop it. If it was killed, try again in "
                    + Math.min(STALE_SECONDS, STALE_SECONDS - age) + " s");
        }
    }

    /** Says that the holder is still there. */
    synchronized void beat() {
        if (closed || lost) {
            return;
        }
        try {
            if (isAnothers()) {
                lost = true;
                worker.interrupt();
            } else {
                write(file, JSON.writeValueAsBytes(self), true);
            }
        } catch (IOException e) {
            LOG.warn("the lease {} could not be renewed: {}", file, Failures.line(e));
        }
    }

    private boolean isAnothers() {
        return holder().filter(holder -> !holder.id().equals(self.id())).isPresent();
    }

    /**
     * Takes it again, after all files of the output have been deleted, itself among them.
     *
     * @throws JobException if another run was faster
     */
    synchronized void retake(String output) {
        try {
            if (!create(file) && isAnothers()) {
                lost = true;
                throw new JobException("output " + output + " has been taken by another run at this moment");
            }
        } catch (IOException e) {
            throw new JobException("output " + output + " cannot be written: " + Failures.line(e), e);
        }
    }

    /** Whether another run has taken it, after this one has said nothing for long. The output is that run's then. */
    synchronized boolean isLost() {
        return lost;
    }

    /** Gives it back. */
    @Override
    public synchronized void close() {
        closed = true;
        clock.shutdownNow();
        boolean interrupted = Thread.interrupted(); // some file systems would do nothing
        try {
            if (!lost && !isAnothers()) {
                files.delete(file, false);
            }
        } catch (IOException e) {
            LOG.warn("the lease {} could not be given back: {}", file, Failures.line(e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
