package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** Writes results as lm-evaluation-harness does: {@code results_<date>.json} and {@code samples_<task>_<date>.jsonl}. */
final class ResultFiles {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSS");

    private ResultFiles() {}

    /**
     * Writes all files, the results last.
     *
     * @param date part of the files' names
     * @throws EvalException if one cannot be written
     */
    static void write(EvalResults results, ResultFolder folder, LocalDateTime date) {
        String stamp = DATE.format(date);
        results.samples()
                .forEach((task, samples) -> samples(samples, folder, "samples_" + task + "_" + stamp + ".jsonl"));
        write(folder, "results_" + stamp + ".json", writer -> writer.append(Python.json(results.results(), 2)));
    }

    /** Writes samples, one a line. */
    static void samples(List<Map<String, Object>> samples, ResultFolder folder, String name) {
        write(folder, name, writer -> {
            for (Map<String, Object> sample : samples) {
                writer.append(Python.json(sample)).append('\n');
            }
        });
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(Writer writer) throws IOException;
    }

    private static void write(ResultFolder folder, String name, Content content) {
        try (Writer writer = new BufferedWriter(new OutputStreamWriter(folder.create(name), StandardCharsets.UTF_8))) {
            content.writeTo(writer);
        } catch (IOException e) {
            throw new EvalException(name + " cannot be written: " + e.getMessage(), e);
        }
    }
}
