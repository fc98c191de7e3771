package io.sirocco.job;

import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the output is full in the middle of a job. */
class FullDiskTest {

    private final LocalJob job;

    FullDiskTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void aFullDiskIsNamedAndTheSameCommandGoesOnOnceThereIsRoom() throws IOException {
        Path input = job.file(
                "in.txt", IntStream.range(0, 400).mapToObj(i -> "prompt " + i).toArray(String[]::new));
        spark().sparkContext().hadoopConfiguration().set("fs.quota.impl", QuotaFileSystem.class.getName());
        GenerateOptions options =
                job.options(input, "maxBatch = 4, maxTokens = 20, output = \"quota://" + job.output() + "\"");
        // Room for the plan and some of the answers.
        QuotaFileSystem.LEFT.set(600_000);
        UnfinishedException e = assertThrows(UnfinishedException.class, () -> job.run(options));
        long there = spark().read().parquet(job.output().toString()).count();
        assertTrue(0 < there && there < 400, there + " rows");
        assertEquals(
                "the job failed: No space left on device; " + there + " of 400 rows are in " + options.output()
                        + "; the same command goes on",
                e.getMessage());
        QuotaFileSystem.LEFT.set(Long.MAX_VALUE);
        assertEquals(there, job.run(options).earlier());
        assertEquals(
                400,
                spark().read()
                        .parquet(job.output().toString())
                        .select("id")
                        .distinct()
                        .count());
        assertEquals(400, spark().read().parquet(job.output().toString()).count());
    }
}
