package io.sirocco.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spark's own cluster on this machine: a master and workers, each a JVM, on ports that they find themselves. */
final class StandaloneCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern URL = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final Pattern REGISTERED = Pattern.compile("Registering worker ");

    private final SparkHome home;
    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final String url;

    /** Starts it and waits until the workers have registered. */
    StandaloneCluster(SparkHome home, Path folder, int workers, int coresEach)
            throws IOException, InterruptedException {
        this.home = home;
        this.folder = Files.createDirectories(folder);
        Path log = start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0");
        url = await(log, URL, 1).getFirst();
        for (int i = 0; i < workers; i++) {
            String name = "worker" + i;
            start(
                    name,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    String.valueOf(coresEach),
                    "--memory",
                    "4g",
                    "--work-dir",
                    folder.resolve(name).toString(),
                    url);
        }
        await(log, REGISTERED, workers);
    }

    private Path start(String name, String main, String... args) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.path().resolve("bin/spark-class").toString(), main, "--webui-port", "0"));
        command.addAll(List.of(args));
        Path log = folder.resolve(name + ".log");
        processes.add(home.command(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        return log;
    }

    private static List<String> await(Path log, Pattern pattern, int times) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = pattern.matcher(Files.readString(log));
            List<String> found = new ArrayList<>();
            while (matcher.find()) {
                found.add(matcher.group(matcher.groupCount()));
            }
            if (found.size() >= times) {
                return found;
            }
            Thread.sleep(100);
        }
        throw new IOException("the cluster did not start:\n" + Files.readString(log));
    }

    /** As {@code --master} takes it. */
    String url() {
        return url;
    }

    @Override
    public void close() {
        processes.reversed().forEach(Process::destroy);
        for (Process process : processes) {
            try {
                process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            } catch (CompletionException _) {
                process.destroyForcibly();
            }
        }
    }
}
