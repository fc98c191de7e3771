package io.sirocco.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".parquet") ? PARQUET : name.endsWith(".csv") ? CSV : JSON;
    }

    static boolean isData(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".parquet") || name.endsWith(".csv") || name.endsWith(".json") || name.endsWith(".jsonl");
    }

    /** The documents of files, one after another, as one table. */
    List<Map<String, Object>> read(List<Path> files) {
        List<Map<String, Object>> docs = new ArrayList<>();
        for (Path file : files) {
            docs.addAll(
                    switch (this) {
                        case JSON -> JsonDocs.read(file);
                        case CSV -> CsvDocs.read(file);
                        case PARQUET -> ParquetDocs.read(file);
                    });
        }
        return Table.unified(docs);
    }
}
