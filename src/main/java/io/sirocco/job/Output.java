package io.sirocco.job;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The folder of a job's output, which is also what the job knows of its past: data files, each whole from the moment it is there, and
 * {@code _sirocco}, which Spark's readers pass over. {@code _SUCCESS} says that every row is there.
 *
 * <p>Where the rows are but on the way to results, they lie in {@code _sirocco/answers}, and the results in the folder itself.
 */
final class Output {

    private static final String SUCCESS = "_SUCCESS";
    private static final String TEMPORARY = "_temporary";
    private static final String OURS = "_sirocco";

    private static final int MOST_GUARD_BYTES = 1 << 24;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final JobOptions options;
    private final String given;
    private final Path path;
    private final Path answers; // where data files are
    private final FileSystem files;
    private final boolean existed;

    private Output(JobOptions options, Path path, FileSystem files) throws IOException {
        this.options = options;
        this.given = options.output();
        this.path = path;
        this.files = files;
        answers = options instanceof EvaluateOptions ? folder("answers") : path;
        existed = files.exists(path);
    }

    /** @throws JobException if something is there already that is no output to go on with, and may not be replaced */
    static Output open(JobOptions options, Configuration configuration) {
        String given = options.output();
        try {
            Path path = new Path(given);
            FileSystem files = path.getFileSystem(configuration);
            Output output = new Output(options, path, files);
            if (output.existed) {
                output.requireOurs();
            }
            Path whole = files.makeQualified(path);
            forbid(given, whole, files.getWorkingDirectory(), "the current folder");
            options.sources().forEach((what, name) -> forbid(given, whole, qualified(name, configuration), what));
            return output;
        } catch (IOException | IllegalArgumentException e) {
            throw new JobException("output " + given + " cannot be used: " + Failures.line(e), e);
        }
    }

    private void requireOurs() throws IOException {
        if (files.getFileStatus(path).isFile()) {
            throw new JobException("output " + given + " is a file; expected a folder, or a name for a new one");
        }
        if (options.overwrite() || files.listStatus(path).length == 0) {
            return;
        }
        if (!options.resume()) {
            throw new JobException("output " + given + " already exists; choose another or pass --overwrite");
        }
        if (!files.exists(folder("job.json")) && !onlyOurs() && hasRowsOfItsOwn()) {
            throw new JobException("output " + given
                    + " already exists and was not begun by a job that can go on; choose another or pass --overwrite");
        }
    }

    /** Whether the rows are what the folder is for: then nothing else may lie there. */
    private boolean hasRowsOfItsOwn() {
        return answers.equals(path);
    }

    private boolean onlyOurs() throws IOException {
        return Arrays.stream(files.listStatus(path))
                .map(child -> child.getPath().getName())
                .allMatch(Set.of(OURS, TEMPORARY, SUCCESS)::contains);
    }

    /** Whatever is replaced must not hold what the job needs. */
    private static void forbid(String given, Path output, Path needed, String what) {
        for (Path p = needed; p != null; p = p.getParent()) {
            if (p.equals(output)) {
                throw new JobException("output " + given + " holds " + what + "; choose another folder");
            }
        }
    }

    private static Path qualified(String name, Configuration configuration) {
        try {
            Path path = new Path(name);
            return path.getFileSystem(configuration).makeQualified(path);
        } catch (IOException | IllegalArgumentException _) {
            return null; // a catalogue name, or a URI that is not Hadoop's: not a place where output could be written
        }
    }

    /** A file or folder of ours. */
    Path folder(String name) {
        return new Path(new Path(path, OURS), name);
    }

    /** Whether there are rows to go on with: some that are answered, or some that were taken out to retry those beside them. */
    private boolean hasRows() throws IOException {
        return !data(answers).isEmpty() || !data(folder("retry")).isEmpty();
    }

    /** Data files, and whatever else a folder holds that readers do not pass over. */
    private List<Path> data(Path in) throws IOException {
        List<Path> found = new ArrayList<>();
        if (files.exists(in)) {
            for (FileStatus child : files.listStatus(in)) {
                String name = child.getPath().getName();
                if (!name.startsWith("_") && !name.startsWith(".")) {
                    found.add(child.getPath());
                }
            }
        }
        return found;
    }

    /** @throws JobException if its rows were answered otherwise than this run would */
    void require(JobGuard guard) {
        try {
            if (options.overwrite() || !existed || !files.exists(folder("job.json"))) {
                return;
            }
            JobGuard before = JobGuard.read(read(folder("job.json")));
            boolean others =
                    hasRows() || (before.isOfAnotherJob(guard) && !data(path).isEmpty());
            String differences = others ? before.differences(guard) : "";
            if (!differences.isEmpty()) {
                throw new JobException("output " + given + " holds other answers than this run would give: "
                        + differences + ". Choose another output or pass --overwrite");
            }
        } catch (IOException e) {
            throw new JobException("output " + given + ": _sirocco/job.json cannot be read: " + Failures.line(e), e);
        }
    }

    private byte[] read(Path file) throws IOException {
        try (InputStream in = files.open(file)) {
            return in.readNBytes(MOST_GUARD_BYTES);
        }
    }

    /** From here on the folder is this run's: what an interrupted one left half done goes, and with --overwrite everything. */
    void begin(JobGuard guard) {
        try {
            if (options.overwrite() && existed) {
                for (FileStatus child : files.listStatus(path)) {
                    files.delete(child.getPath(), true);
                }
            }
            files.delete(new Path(answers, SUCCESS), false);
            cleanUp();
            Path beside = folder("job.json.new");
            write(beside, guard.json());
            files.delete(folder("job.json"), false);
            if (!files.rename(beside, folder("job.json"))) {
                throw new IOException("_sirocco/job.json cannot be replaced");
            }
        } catch (IOException e) {
            throw new JobException("output " + given + " cannot be written: " + Failures.line(e), e);
        }
    }

    private void cleanUp() throws IOException {
        files.delete(new Path(answers, TEMPORARY), true);
        for (String unfinished : List.of("plan", "requests", "results")) {
            files.delete(folder(unfinished), true);
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        try (OutputStream out = files.create(file, true)) {
            out.write(bytes);
        }
    }

    /** The rows that are answered, as {@link StoredRows} reads them: with the columns that this run would write. */
    Dataset<Row> rows(SparkSession spark, StructType schema) {
        return read(spark, schema, answers);
    }

    private Dataset<Row> read(SparkSession spark, StructType schema, Path from) {
        try {
            return data(from).isEmpty()
                    ? spark.createDataFrame(List.of(), schema.add(StoredRows.FILE, DataTypes.StringType))
                    : new StoredRows(options, schema).read(spark, from.toString());
        } catch (IOException e) {
            throw new JobException("output " + given + " cannot be read: " + Failures.line(e), e);
        }
    }

    /**
     * Takes data files out of the output, to {@code _sirocco/retry}.
     *
     * @param names of data files
     */
    void takeOut(List<String> names) {
        try {
            files.mkdirs(folder("retry"));
            for (String name : names) {
                if (!files.rename(new Path(answers, name), new Path(folder("retry"), name))) {
                    throw new IOException(name + " cannot be moved");
                }
            }
        } catch (IOException e) {
            throw new JobException("output " + given + " cannot be written: " + Failures.line(e), e);
        }
    }

    /** The rows of all files that have been taken out. */
    Dataset<Row> takenOut(SparkSession spark, StructType schema) {
        return read(spark, schema, folder("retry"));
    }

    /** Forgets the files that have been taken out; the rows that are to stay must be back in the output. */
    void dropTakenOut() {
        try {
            files.delete(folder("retry"), true);
        } catch (IOException e) {
            throw new JobException("output " + given + " cannot be written: " + Failures.line(e), e);
        }
    }

    /**
     * Adds rows, with Spark's own commit protocol. Many may be added at the same time.
     *
     * @param rows of the schema, or as {@link #takenOut} gives them
     * @param wave a number of its own for each of them. Hadoop's committer keeps what is not committed yet below {@code _temporary}, in a
     *     folder named by its application's attempt: with one attempt for all, each would commit the others' files, too, and delete them
     */
    void append(Dataset<Row> rows, StructType schema, int wave) throws IOException {
        new StoredRows(options, schema)
                .writer(rows)
                .mode(SaveMode.Append)
                .option("mapreduce.job.application.attempt.id", wave)
                .option("mapreduce.fileoutputcommitter.cleanup.skipped", true)
                .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", false)
                .save(answers.toString());
        files.delete(new Path(new Path(answers, TEMPORARY), Integer.toString(wave)), true);
    }

    /** The folder's own name. */
    String name() {
        return path.getName();
    }

    /** Every row is there: says so, and leaves a record of the run and its page. */
    void finish(ObjectNode run, String report) {
        record(run);
        try {
            write(folder("report.html"), report.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unfinished(e);
        }
        succeed();
    }

    /** Leaves a record of the run. */
    void record(ObjectNode run) {
        try {
            write(folder("run.json"), JSON.writeValueAsBytes(run));
        } catch (IOException e) {
            throw unfinished(e);
        }
    }

    /** Begins a file of results; {@link #publish} puts it into the folder. */
    OutputStream result(String name) throws IOException {
        return files.create(new Path(folder("results"), name), true);
    }

    /** Puts files of results into the folder, each whole from the moment it is there, in the order of their names from the last to the first. */
    void publish() {
        try {
            List<Path> results = data(folder("results"));
            results.sort(Comparator.reverseOrder());
            for (Path result : results) {
                Path place = new Path(path, result.getName());
                files.delete(place, false);
                if (!files.rename(result, place)) {
                    throw new IOException(result.getName() + " cannot be moved");
                }
            }
        } catch (IOException e) {
            throw unfinished(e);
        }
    }

    /** Puts the report of an evaluation into the folder. */
    void page(String report) {
        try {
            write(new Path(path, "report.html"), report.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unfinished(e);
        }
    }

    /** The folder as this machine's files have it; a copy, if it lies elsewhere. */
    LocalCopy local() {
        try {
            return LocalCopy.of(files, path);
        } catch (IOException e) {
            throw unfinished(e);
        }
    }

    /** Every row is there, and what was made of them: says so. */
    void succeed() {
        try {
            cleanUp();
            write(new Path(answers, SUCCESS), new byte[0]);
        } catch (IOException e) {
            throw unfinished(e);
        }
    }

    private JobException unfinished(IOException e) {
        return new JobException("output " + given + " cannot be finished: " + Failures.line(e), e);
    }

    /** Takes away what helps nobody to go on: work that is not committed, and without a single row all that is ours. */
    void leave() {
        try {
            cleanUp();
            if (!hasRows()) {
                files.delete(new Path(path, OURS), true);
                if (!existed) {
                    files.delete(path, false);
                }
            }
        } catch (IOException _) {
            // A full disk, or one that is gone; the next run cleans up, too.
        }
    }
}
