package io.sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A JVM of its own with the project's class path and flags, for tests that kill it. */
public final class SiroccoProcess implements AutoCloseable {

    /** Starting takes most of such a test's time, and the tiny model none: so nothing is compiled twice. */
    public static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-Dsirocco.kernels=scalar");

    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path log;

    private SiroccoProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Runs the command line as the launcher does. */
    public static SiroccoProcess run(Path log, List<String> jvmOptions, List<String> args) throws IOException {
        return java(log, jvmOptions, Main.class.getName(), args);
    }

    /** Runs any main class. */
    public static SiroccoProcess java(Path log, List<String> jvmOptions, String main, List<String> args)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.add("@" + Path.of("conf", "jvm.options").toAbsolutePath());
        command.add("-Dlog4j2.configurationFile="
                + Path.of("conf", "log4j2.properties").toAbsolutePath());
        command.addAll(QUICK_START);
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        // What a worker needs to start an executor; its jars are those of the class path.
        Path home =
                Files.createDirectories(Path.of("target", "spark-home", "jars")).getParent();
        builder.environment().put("SPARK_HOME", home.toAbsolutePath().toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        return new SiroccoProcess(builder.start(), log);
    }

    /** Waits for something to happen while it runs. */
    public void await(BooleanSupplier condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("it did not happen; the process said:\n" + said());
            }
            Thread.sleep(20);
        }
    }

    /** Waits for its end; its exit code. */
    public int await() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it did not end; the process said:\n" + said());
        }
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** The processes that it has started and that still run. */
    public List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** All that it has said so far, on stdout and stderr. */
    public String said() throws IOException {
        return Files.readString(log);
    }

    @Override
    public String toString() {
        try {
            return "the process said:\n" + said();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
