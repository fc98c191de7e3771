package io.sirocco.job;

import static io.sirocco.job.LocalJob.code;
import static io.sirocco.job.LocalJob.ids;
import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a row is comes back from its file whatever the output's format, and another run goes on with it. */
class OutputFormatsTest {

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.StringType)
            .add("prompt", DataTypes.StringType)
            .add("note", DataTypes.StringType)
            .add("bytes", DataTypes.BinaryType)
            .add("tags", DataTypes.createArrayType(DataTypes.StringType))
            .add("place", new StructType().add("x", DataTypes.DoubleType).add("of", DataTypes.StringType), true)
            .add("counts", DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType))
            .add("at", DataTypes.TimestampType)
            .add("price", DataTypes.createDecimalType(12, 2));

    private static final List<String> TEXTS = new ArrayList<>(List.of(
            "plain",
            "",
            " spaces around ",
            "two\nlines",
            "\r\nold\rlines\r\n",
            "\"quoted\", and \"\"twice\"\"",
            "back\\slash \\\" \\",
            "tab\t, comma; \u00e9\u4e2d\ud83d\ude00",
            "#comment",
            "null",
            "\\N",
            "-"));

    private final LocalJob job;

    OutputFormatsTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    /** A row for each text; the one of the number {@code empty} asks nothing, the last one has nothing but its id and prompt. */
    private Path input(int empty) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            String text = TEXTS.get(i);
            boolean last = i == TEXTS.size() - 1;
            rows.add(RowFactory.create(
                    "r" + i,
                    i == empty ? "" : "abc " + text,
                    last ? null : text,
                    last ? null : text.getBytes(StandardCharsets.UTF_16),
                    last ? null : new String[] {text, null, "b"},
                    last ? null : RowFactory.create(i / 3.0, i % 2 == 0 ? null : text),
                    last ? null : Map.of("key " + text, (long) i),
                    last ? null : Timestamp.valueOf("2024-02-29 12:34:56.789123"),
                    last ? null : new BigDecimal("1234567.80")));
        }
        Path parquet = job.folder().resolve("in.parquet");
        spark().createDataFrame(rows, SCHEMA)
                .coalesce(1)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(parquet.toString());
        return parquet;
    }

    private List<Row> stored(String options) {
        return LocalJob.session()
                .inOrder(job.options(job.folder().resolve("in.parquet"), options))
                .collectAsList();
    }

    private static List<String> shown(List<Row> rows, boolean timed) {
        return rows.stream()
                .map(row -> {
                    StringBuilder shown = new StringBuilder();
                    for (String name : row.schema().fieldNames()) {
                        if (timed || !name.endsWith("_ms")) {
                            Object value = row.getAs(name);
                            shown.append(name)
                                    .append('=')
                                    .append(
                                            value instanceof byte[] bytes
                                                    ? HexFormat.of().formatHex(bytes)
                                                    : value == null
                                                            ? "(null)"
                                                            : RowValues.plain(value)
                                                                    .toString());
                            shown.append('|');
                        }
                    }
                    return shown.toString();
                })
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PARQUET", "OPENAI_BATCH"})
    void everyFormatHoldsTheRowsThatParquetHolds(OutputFormat format) throws IOException {
        Path input = input(3);
        List<String> expected = shown(
                new LocalJob(Files.createDirectories(job.folder().resolve("plain"))).answers(input, "logprobs = 2"),
                false);
        List<Row> rows = job.answers(input, "logprobs = 2, outputFormat = " + LocalJob.value(format));
        assertEquals(TEXTS.size(), rows.size());
        assertEquals(expected, shown(rows, false));
        String extension = "." + LocalJob.value(format);
        try (Stream<Path> files = Files.list(job.output())) {
            assertTrue(files.map(Path::toString)
                    .filter(file -> file.contains("part-"))
                    .allMatch(file -> file.endsWith(extension)));
        }
    }

    @ParameterizedTest
    @EnumSource(OutputFormat.class)
    void anotherRunRetriesErrorRowsAndKeepsTheOthersAsTheyWere(OutputFormat format) {
        String options = "outputFormat = " + LocalJob.value(format);
        assertEquals(Map.of("empty_prompt", 1L), job.run(input(3), options).errors());
        List<Row> before = stored(options);
        assertEquals("empty_prompt", code(before.get(3)));

        Summary again = job.run(input(7), options);
        assertEquals(Map.of(), again.errors());
        assertEquals(TEXTS.size() - 1, again.earlier());
        List<Row> after = stored(options);
        assertEquals(TEXTS.size(), after.size());
        assertEquals(6, ids(after.get(3)).size());
        List<String> kept = new ArrayList<>(shown(after, true));
        List<String> were = new ArrayList<>(shown(before, true));
        kept.remove(3);
        were.remove(3);
        assertEquals(were, kept);
    }

    @Test
    void csvIsAsTheStandardHasItWithListsAndStructsAsJson() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"id\": 1, \"prompt\": \"a \\\"b\\\", c\", \"none\": null, \"empty\": \"\", \"tags\": [\"x\"]}");
        job.run(input, "outputFormat = csv");
        List<Path> files;
        try (Stream<Path> list = Files.list(job.output())) {
            files = list.filter(file -> file.toString().endsWith(".csv")).toList();
        }
        assertEquals(1, files.size());
        List<String> lines = Files.readAllLines(files.getFirst());
        assertEquals(
                "empty,id,none,prompt,tags,outputs,prompt_tokens,cached_tokens,error,prefill_ms,decode_ms,fingerprint",
                lines.getFirst());
        String start = "\"\",1,,\"a \"\"b\"\", c\",\"[\"\"x\"\"]\",\"[{\"\"index\"\":0,\"\"text\"\":\"\"";
        assertEquals(start, lines.get(1).substring(0, start.length()));
    }

    @ParameterizedTest
    @EnumSource(names = {"JSON", "CSV"})
    void aMapThatJsonCannotHoldIsRefusedBeforeAnyRowIsAnswered(OutputFormat format) {
        Path input = job.folder().resolve("in.parquet");
        spark().sql("select 'abc' as prompt, map(1, 'one') as names").write().parquet(input.toString());
        assertTrue(job.failure(input, "outputFormat = " + LocalJob.value(format))
                .contains(
                        "column names is map<int,string>, whose keys JSON cannot hold; choose another output-format"));
        assertTrue(Files.notExists(job.output()));
    }
}
