package io.sirocco.job;

import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two waves write to one folder at the same time. */
class ConcurrentWavesTest {

    private static final StructType IDS = new StructType().add("id", DataTypes.LongType);

    private static volatile CountDownLatch go;

    @TempDir
    private Path folder;

    /** Two tasks; the second ends only when it may. */
    private static Dataset<Row> slowly(long to) {
        return spark().range(0, to, 1, 2)
                .map(
                        (MapFunction<Long, Long>) id -> {
                            if (id == to - 1) {
                                go.await();
                            }
                            return id;
                        },
                        Encoders.LONG())
                .toDF("id");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = "OPENAI_BATCH") // its files are text of Spark's, whose rows must be completions
    void aWaveCommitsItsOwnFilesAndLeavesThoseOfTheOther(OutputFormat format) throws Exception {
        LocalJob job = new LocalJob(folder);
        Output output = Output.open(
                job.options(job.file("in.txt", "x"), "outputFormat = " + LocalJob.value(format)),
                spark().sparkContext().hadoopConfiguration());
        go = new CountDownLatch(1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> slow = thread.submit(() -> {
                output.append(slowly(100), IDS, 1);
                return null;
            });
            long seen;
            try {
                while (!aTaskHasEnded(job.output())) {
                    assertFalse(slow.isDone());
                    Thread.sleep(10);
                }
                output.append(spark().range(100, 150, 1, 1).toDF("id"), IDS, 2);
                seen = count(job, format);
            } finally {
                go.countDown();
            }
            slow.get();
            assertEquals(50, seen, "only what is committed is seen");
        }
        assertEquals(150, count(job, format));
        assertFalse(Files.exists(job.output().resolve("_SUCCESS")));
        try (var left = Files.list(job.output().resolve("_temporary"))) {
            assertTrue(left.findAny().isEmpty());
        }
    }

    /** Its files are where the wave's commit will find them. */
    private static boolean aTaskHasEnded(Path output) throws IOException {
        if (!Files.exists(output)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(output)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("task_"));
        } catch (UncheckedIOException _) {
            return false; // moved under the walk
        }
    }

    private static long count(LocalJob job, OutputFormat format) throws IOException {
        return new StoredRows(job.options(job.file("in.txt", "x"), "outputFormat = " + LocalJob.value(format)), IDS)
                .read(spark(), job.output().toString())
                .select("id")
                .distinct()
                .count();
    }
}
