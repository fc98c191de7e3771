package io.sirocco.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A Spark distribution to run real clusters from: the one of $SPARK_HOME, or one whose jars are links to those of the build. */
final class SparkHome {

    /** What Sirocco brings along and the tests' own libraries: a distribution has none of them. */
    private static final List<String> NOT_SPARK = List.of(
            "api-",
            "tokenizers-",
            "picocli-",
            "config-",
            "jna-",
            "junit-",
            "jqwik-",
            "archunit-",
            "opentest4j-",
            "apiguardian-",
            "surefire");

    /** As Spark's script of this name, for one flat folder of jars. */
    private static final String SPARK_CLASS = """
            #!/usr/bin/env bash
            home=$(cd "$(dirname "$0")/.." && pwd)
            export SPARK_SCALA_VERSION=2.13 SPARK_HOME=$home
            mapfile -d '' command < <("$JAVA_HOME/bin/java" -cp "$home/jars/*" org.apache.spark.launcher.Main "$@")
            first=${command[1]#$'\\n'}
            exec "$first" "${command[@]:2}"
            """;

    private static final String SPARK_SUBMIT = """
            #!/usr/bin/env bash
            exec "$(dirname "$0")/spark-class" org.apache.spark.deploy.SparkSubmit "$@"
            """;

    private final Path path;

    private SparkHome(Path path) {
        this.path = path;
    }

    /** The real one, if the environment names one. */
    static Optional<SparkHome> installed() {
        return Optional.ofNullable(System.getenv("SPARK_HOME"))
                .filter(home -> !home.isBlank())
                .map(home -> new SparkHome(Path.of(home)));
    }

    /** One that is made of the build's jars, without Sirocco and what its jar holds. */
    static SparkHome ofTheBuild(Path folder) throws IOException {
        Path jars = Files.createDirectories(folder.resolve("jars"));
        // Surefire starts the tests with a jar that only names the class path.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            String name = jar.getFileName().toString();
            if (name.endsWith(".jar") && NOT_SPARK.stream().noneMatch(name::startsWith)) {
                Files.createSymbolicLink(jars.resolve(name), jar.toAbsolutePath());
            }
        }
        script(folder.resolve("bin/spark-class"), SPARK_CLASS);
        script(folder.resolve("bin/spark-submit"), SPARK_SUBMIT);
        return new SparkHome(folder);
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
    }

    Path path() {
        return path;
    }

    /** A process with this distribution, and the JDK of this one. */
    ProcessBuilder command(List<String> command) {
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("SPARK_HOME", path.toString());
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        process.environment().put("SPARK_DAEMON_MEMORY", "256m");
        return process;
    }
}
