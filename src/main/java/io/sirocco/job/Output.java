package io.sirocco.job;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/** The folder of a job's output. It ends whole, or as if the job had not been: without what this job put there. */
final class Output {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final String given;
    private final Path path;
    private final FileSystem files;
    private final boolean existed;
    private boolean begun;

    private Output(String given, Path path, FileSystem files, boolean existed) {
        this.given = given;
        this.path = path;
        this.files = files;
        this.existed = existed;
    }

    /** @throws JobException if something is there already that may not be replaced */
    static Output open(GenerateOptions options, Configuration configuration) {
        String given = options.output();
        try {
            Path path = new Path(given);
            FileSystem files = path.getFileSystem(configuration);
            boolean exists = files.exists(path);
            if (exists && files.getFileStatus(path).isFile()) {
                throw new JobException("output " + given + " is a file; expected a folder, or a name for a new one");
            }
            if (exists && files.listStatus(path).length > 0 && !options.overwrite()) {
                throw new JobException("output " + given + " already exists; choose another or pass --overwrite");
            }
            Path whole = files.makeQualified(path);
            forbid(given, whole, files.getWorkingDirectory(), "the current folder");
            forbid(given, whole, qualified(options.input(), configuration), "the input");
            forbid(given, whole, qualified(options.model(), configuration), "the model");
            return new Output(given, path, files, exists);
        } catch (IOException | IllegalArgumentException e) {
            throw new JobException("output " + given + " cannot be used: " + Failures.line(e), e);
        }
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

    /** Writes all rows; what was there before is gone from here on. */
    void write(Dataset<Row> rows, OutputFormat format) {
        begun = true;
        var writer = rows.write().mode(existed ? SaveMode.Overwrite : SaveMode.ErrorIfExists);
        switch (format) {
            case PARQUET -> writer.parquet(given);
            case JSON -> writer.option("ignoreNullFields", false).json(given);
        }
    }

    /** Writes _sirocco/run.json, which Spark's readers pass over. */
    void record(ObjectNode run) {
        try (OutputStream out = files.create(new Path(new Path(path, "_sirocco"), "run.json"))) {
            out.write(JSON.writeValueAsBytes(run));
        } catch (IOException e) {
            throw new JobException("output " + given + ": _sirocco/run.json cannot be written: " + Failures.line(e), e);
        }
    }

    /** Removes what this job has written. */
    void discard() {
        if (!begun) {
            return;
        }
        try {
            if (!existed) {
                files.delete(path, true);
            } else if (files.exists(path)) {
                for (FileStatus child : files.listStatus(path)) {
                    files.delete(child.getPath(), true);
                }
            }
        } catch (IOException e) {
            throw new JobException("output " + given + " is unfinished and cannot be removed: " + Failures.line(e), e);
        }
    }
}
