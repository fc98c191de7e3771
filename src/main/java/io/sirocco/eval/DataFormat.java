package io.sirocco.eval;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** How documents stand in files. */
enum DataFormat {
    JSON,
    CSV,
    PARQUET;

    /** The format that a task's dataset_path names, or null. */
    static DataFormat named(String path) {
        return switch (path) {
            case "json" -> JSON;
            case "csv" -> CSV;
            case "parquet" -> PARQUET;
            default -> null;
        };
    }

    /** By the file's extension. */
    static DataFormat of(Path file) {
        String name = unpacked(file);
        return name.endsWith(".parquet") ? PARQUET : name.endsWith(".csv") ? CSV : JSON;
    }

    static boolean isData(Path file) {
        String name = unpacked(file);
        return name.endsWith(".parquet") || name.endsWith(".csv") || name.endsWith(".json") || name.endsWith(".jsonl");
    }

    private static String unpacked(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    }

    /** What a text file holds, be it compressed by gzip or not. */
    static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * The documents of files, one after another, as one table.
     *
     * @param options the task's dataset_kwargs: the field of JSON files that documents are in, what separates the columns of CSV
     */
    List<Map<String, Object>> read(List<Path> files, Fields options) {
        List<String> own = switch (this) {
            case JSON -> List.of("field");
            case CSV -> List.of("sep", "delimiter");
            case PARQUET -> List.of();
        };
        for (String option : List.of("field", "sep", "delimiter")) {
            if (!own.contains(option)) {
                options.refuse(option);
            }
        }
        List<Map<String, Object>> docs = new ArrayList<>();
        for (Path file : files) {
            docs.addAll(
                    switch (this) {
                        case JSON -> JsonDocs.read(file, options.text("field"));
                        case CSV -> CsvDocs.read(file, separator(options));
                        case PARQUET -> ParquetDocs.read(file);
                    });
        }
        return Table.unified(docs);
    }

    private static char separator(Fields options) {
        String key = options.has("sep") ? "sep" : "delimiter";
        String separator = options.text(key, ",");
        if (separator.length() != 1) {
            throw options.wrong(key, "one character");
        }
        return separator.charAt(0);
    }
}
