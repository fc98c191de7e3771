package io.sirocco.eval;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Documents in CSV with a header. A column whose values are all whole numbers, or numbers, or booleans, holds these, as pandas reads it. */
final class CsvDocs {

    private static final CsvMapper CSV = new CsvMapper();

    /** What pandas takes for no value. */
    private static final Set<String> MISSING = Set.of(
            "",
            "#N/A",
            "#N/A N/A",
            "#NA",
            "-1.#IND",
            "-1.#QNAN",
            "-NaN",
            "-nan",
            "1.#IND",
            "1.#QNAN",
            "<NA>",
            "N/A",
            "NA",
            "NULL",
            "NaN",
            "None",
            "n/a",
            "nan",
            "null");

    private CsvDocs() {}

    static List<Map<String, Object>> read(Path file, char separator) {
        List<Map<String, String>> rows = new ArrayList<>();
        try (Reader reader = new InputStreamReader(DataFormat.open(file), StandardCharsets.UTF_8.newDecoder());
                MappingIterator<Map<String, String>> lines = CSV.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader().withColumnSeparator(separator))
                        .readValues(reader)) {
            lines.forEachRemaining(rows::add);
        } catch (IOException | RuntimeException e) {
            throw new EvalException(
                    file + " cannot be read: row " + rows.size() + " is no CSV (" + e.getMessage() + ")", e);
        }
        Map<String, Function<String, Object>> types = new LinkedHashMap<>();
        if (!rows.isEmpty()) {
            rows.getFirst().keySet().forEach(column -> types.put(column, type(column, rows)));
        }
        return rows.stream().map(row -> typed(row, types)).toList();
    }

    private static Map<String, Object> typed(Map<String, String> row, Map<String, Function<String, Object>> types) {
        Map<String, Object> doc = new LinkedHashMap<>();
        types.forEach((column, type) -> {
            String value = row.get(column);
            doc.put(column, value == null || MISSING.contains(value) ? null : type.apply(value));
        });
        return doc;
    }

    private static Function<String, Object> type(String column, List<Map<String, String>> rows) {
        List<String> values = rows.stream()
                .map(row -> row.get(column))
                .filter(value -> value != null && !MISSING.contains(value))
                .toList();
        boolean complete = values.size() == rows.size();
        if (complete && values.stream().allMatch(value -> value.matches("[-+]?[0-9]{1,18}"))) {
            return Long::valueOf;
        }
        if (!values.isEmpty()
                && values.stream().allMatch(value -> value.matches("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?"))) {
            return Double::valueOf;
        }
        if (complete && values.stream().allMatch(value -> value.matches("[Tt]rue|TRUE|[Ff]alse|FALSE"))) {
            return value -> value.equalsIgnoreCase("true");
        }
        return value -> value;
    }
}
