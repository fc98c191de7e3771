package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input, output and model on a real HDFS of one node, which is a process of its own. */
class HdfsTest {

    private static final int ROWS = 20;
    private static final long PATIENCE_SECONDS = 120;

    @TempDir
    private static Path folder;

    private static Process hdfs;
    private static String root;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path details = folder.resolve("details.json");
        Path log = folder.resolve("hdfs.log");
        ProcessBuilder process = new ProcessBuilder(
                        java(),
                        "-Xmx512m",
                        "-cp",
                        minicluster() + File.pathSeparator + System.getProperty("java.class.path"),
                        "org.apache.hadoop.test.MiniDFSClusterManager",
                        "-datanodes",
                        "1",
                        "-format",
                        "-writeDetails",
                        details.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        hdfs = process.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(details) || Files.size(details) == 0) {
            if (!hdfs.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("HDFS does not start:\n" + Files.readString(log));
            }
            Thread.sleep(100);
        }
        int port =
                new JsonMapper().readTree(details.toFile()).get("namenode_port").asInt();
        root = "hdfs://localhost:" + port;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path minicluster() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target", "minicluster"))) {
            return jars.sorted().toList().getLast().toAbsolutePath();
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        hdfs.destroyForcibly().waitFor();
    }

    @Test
    void aJobReadsAndWritesThereAndCopiesTheModelToTheHostOnce() throws Exception {
        FileSystem files = FileSystem.get(java.net.URI.create(root), new Configuration());
        try (FSDataOutputStream out = files.create(new org.apache.hadoop.fs.Path(root + "/in/part.jsonl"))) {
            for (int i = 0; i < ROWS; i++) {
                out.write("{\"prompt\": \"some prompt %d\"}\n".formatted(i).getBytes(StandardCharsets.UTF_8));
            }
        }
        FileUtil.copy(
                TinyModel.path().toFile(),
                files,
                new org.apache.hadoop.fs.Path(root + "/models/tiny"),
                false,
                new Configuration());
        generate("--model", root + "/models/tiny", "--output", root + "/out");
        generate(
                "--model",
                TinyModel.path().toString(),
                "--output",
                folder.resolve("out").toString());
        Dataset<Row> there = LocalJob.spark().read().parquet(root + "/out").select("id", "outputs");
        Dataset<Row> here = LocalJob.spark()
                .read()
                .parquet(folder.resolve("out").toString())
                .select("id", "outputs");
        assertEquals(here.sort("id").collectAsList(), there.sort("id").collectAsList());
        assertEquals(ROWS, there.count());
        assertTrue(files.exists(new org.apache.hadoop.fs.Path(root + "/out/_SUCCESS")));
        try (Stream<Path> copies = Files.list(folder.resolve("home/models/hadoop"))) {
            assertEquals(1, copies.filter(Files::isDirectory).count());
        }
    }

    /** In a JVM with a cache of its own. */
    private void generate(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "@" + Path.of("conf", "jvm.options").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.sirocco.cli.Main",
                "generate",
                "--master",
                "local[2]",
                "--max-tokens",
                "8",
                "--ignore-eos",
                "--input",
                root + "/in"));
        command.addAll(List.of(args));
        Path log = folder.resolve("job.log");
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().put("SIROCCO_HOME", folder.resolve("home").toString());
        Process running = process.start();
        assertTrue(running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the job does not end");
        assertEquals(0, running.exitValue(), Files.readString(log));
    }
}
