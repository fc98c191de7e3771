package io.sirocco.eval;

import io.sirocco.text.jinja.Python;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** Writes results as lm-evaluation-harness does: {@code results_<date>.json} and {@code samples_<task>_<date>.jsonl}. */
public final class ResultFiles {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSS");

    private ResultFiles() {}

    /**
     * Writes into a folder, which is made if it is not there.
     *
     * @param date part of the files' names
     * @return the file of the results
     * @throws EvalException if the folder cannot be written to
     */
    public static Path write(EvalResults results, Path folder, LocalDateTime date) {
        String stamp = DATE.format(date);
        Path file = folder.resolve("results_" + stamp + ".json");
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, List<Map<String, Object>>> task :
                    results.samples().entrySet()) {
                Path samples = folder.resolve("samples_" + task.getKey() + "_" + stamp + ".jsonl");
                try (Writer writer = Files.newBufferedWriter(samples)) {
                    for (Map<String, Object> sample : task.getValue()) {
                        writer.append(Python.json(sample)).append('\n');
                    }
                }
            }
            Files.writeString(file, Python.json(results.results(), 2));
        } catch (IOException e) {
            throw new EvalException("the results cannot be written to " + folder + ": " + e.getMessage(), e);
        }
        return file;
    }

    /**
     * Writes samples, one a line.
     *
     * @throws EvalException if the file cannot be written
     */
    public static void write(List<Map<String, Object>> samples, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (Writer writer = Files.newBufferedWriter(file)) {
                for (Map<String, Object> sample : samples) {
                    writer.append(Python.json(sample)).append('\n');
                }
            }
        } catch (IOException e) {
            throw new EvalException("the samples cannot be written to " + file + ": " + e.getMessage(), e);
        }
    }
}
