package io.sirocco.job;

import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job leaves in the folder of its output, and what it never touches. */
class OutputFolderTest {

    private final LocalJob job;

    OutputFolderTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void anExistingOutputIsKeptUnlessItMayBeReplaced() throws IOException {
        Path input = job.file("in.jsonl", "{\"prompt\": \"abc\"}");
        job.run(input, "");
        List<String> before = names();
        assertEquals(
                "output " + job.output() + " already exists; choose another or pass --overwrite",
                job.failure(input, "resume = false"));
        job.failure(input, "overwrite = true, promptColumn = none");
        job.failure(job.folder().resolve("none.jsonl"), "overwrite = true");
        assertEquals(before, names());
        job.run(input, "overwrite = true");
        assertEquals(1, spark().read().parquet(job.output().toString()).count());
        assertNotEquals(before, names());
    }

    @Test
    void aFolderThatIsNoOutputOfAJobIsNeverGoneOnWith() throws IOException {
        Path input = job.file("in.jsonl", "{\"prompt\": \"abc\"}");
        Files.createDirectories(job.output());
        Path notes = Files.writeString(job.output().resolve("notes.txt"), "mine");
        assertEquals(
                "output " + job.output() + " already exists and was not begun by a job that can go on; "
                        + "choose another or pass --overwrite",
                job.failure(input, ""));
        Files.delete(notes);
        job.run(input, "");
        assertEquals(1, spark().read().parquet(job.output().toString()).count());
    }

    @Test
    void anOutputThatHoldsTheInputIsNeverReplaced() throws IOException {
        Path input = job.file("in.jsonl", "{\"prompt\": \"abc\"}");
        assertTrue(job.failure(input, "overwrite = true, output = \"" + job.folder() + "\"")
                .endsWith("holds the input; choose another folder"));
        assertTrue(Files.exists(input));
    }

    @Test
    void aFinishedOutputHoldsDataFilesSuccessAndTheRecordsOnly() throws IOException {
        job.run(job.file("in.jsonl", "{\"prompt\": \"abc\"}"), "");
        List<String> names = names();
        assertEquals(
                List.of("_SUCCESS", "_sirocco", "_sirocco/job.json", "_sirocco/report.html", "_sirocco/run.json"),
                names.subList(0, 5));
        assertEquals(6, names.size(), names.toString());
        assertTrue(names.get(5).matches("part-.*\\.parquet"), names.toString());
        String record = Files.readString(job.output().resolve("_sirocco/run.json"));
        assertTrue(record.contains("\"rows\" : 1") && record.contains("\"maxTokens\" : 6"), record);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(job.output())) {
            return files.filter(file -> !file.equals(job.output()))
                    .map(file -> job.output().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
