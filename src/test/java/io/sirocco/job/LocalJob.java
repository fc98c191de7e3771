package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.sirocco.weights.PullProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A test's folder to run jobs in, with the tiny model, on the one Spark session that all tests of the JVM share. */
public final class LocalJob {

    private static final class Silent implements JobListener {
        @Override
        public void phase(String what) {}

        @Override
        public void engine(String description) {}

        @Override
        public void progress(Progress progress) {}

        @Override
        public PullProgress pull() {
            return PullProgress.NONE;
        }
    }

    static final JobListener SILENT = new Silent();

    private final Path folder;

    LocalJob(Path folder) {
        this.folder = folder;
    }

    /** The JVM's session, started by the first who asks. */
    public static JobSession session() {
        return JobSession.open("local[2]");
    }

    static SparkSession spark() {
        session();
        return SparkSession.active();
    }

    Path folder() {
        return folder;
    }

    Path output() {
        return folder.resolve("output");
    }

    Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    /** Options of a job; those of {@code more} win. */
    GenerateOptions options(Path input, String more) {
        String hocon = "model = \"%s\", input = \"%s\", output = \"%s\", maxTokens = 6, ignoreEos = true, %s"
                .formatted(TinyModel.path(), input, output(), more);
        return OptionTable.generate()
                .read(ConfigFactory.parseString(hocon).resolve().root(), key -> key);
    }

    Summary run(GenerateOptions options) {
        return session().generate(options, SILENT);
    }

    Summary run(Path input, String more) {
        return run(options(input, more));
    }

    /** Runs an evaluation with these options. */
    public static Evaluated evaluate(String hocon) {
        EvaluateOptions options = OptionTable.evaluate()
                .read(ConfigFactory.parseString(hocon).resolve().root(), key -> key);
        return session().evaluate(options, SILENT);
    }

    /** Runs the job; its output, in the order of the input. */
    List<Row> answers(Path input, String more) {
        GenerateOptions options = options(input, more);
        run(options);
        return session().inOrder(options).collectAsList();
    }

    /** What is said of a job that cannot be run. */
    String failure(Path input, String more) {
        RuntimeException e = assertThrows(RuntimeException.class, () -> run(input, more));
        assertTrue(e instanceof JobException || e instanceof OptionException, e.toString());
        return e.getMessage();
    }

    /** What an option's value is called. */
    static String value(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Row answer(Row row) {
        return row.<Row>getList(row.fieldIndex("outputs")).getFirst();
    }

    static List<Integer> ids(Row row) {
        return answer(row).getList(2);
    }

    /** The error's code; empty if there is none. */
    static String code(Row row) {
        Row error = row.getAs("error");
        return error == null ? "" : error.getString(0);
    }

    static List<String> codes(List<Row> rows) {
        return rows.stream().map(LocalJob::code).toList();
    }

    static String message(Row row) {
        return row.<Row>getAs("error").getString(1);
    }
}
