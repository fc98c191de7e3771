package io.sirocco.job;

import io.sirocco.report.LabelMetrics;
import io.sirocco.report.RunFigures;
import io.sirocco.report.RunFigures.Answer;
import io.sirocco.report.RunFigures.Failure;
import io.sirocco.report.RunFigures.Moment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Counts for the report what an output holds: one pass over its rows, and a look at a few of them. */
final class OutputFigures {

    private static final int SAMPLES = 12;
    private static final int FAILURES = 5;

    private final Dataset<Row> rows;
    private final RowOptions options;
    private final Column id;
    private final Column promptTokens;
    private final Column error;

    OutputFigures(Dataset<Row> rows, OutputColumns columns, RowOptions options) {
        this.rows = rows;
        this.options = options;
        id = Columns.of(rows, columns.idColumn());
        promptTokens = own("prompt_tokens");
        error = Columns.of(rows, columns.errorColumn());
    }

    /**
     * @param moments of this run
     * @param gold how labels agree with those that are right, if they are known
     */
    RunFigures count(Summary summary, List<Moment> moments, Optional<LabelMetrics> gold) {
        Map<String, Map<String, Long>> counts = new HashMap<>();
        Column counted = functions.array(item("prompt", promptTokens));
        if (options instanceof GenerateOptions) {
            Column outputs = own("outputs");
            counted = functions.concat(
                    counted,
                    functions.transform(
                            outputs, output -> item("answer", functions.size(output.getField("token_ids")))),
                    functions.transform(outputs, output -> item("finish", output.getField("finish_reason"))));
        }
        rows.select(functions.explode(counted).as("item"))
                .groupBy("item.kind", "item.key")
                .count()
                .collectAsList()
                .forEach(row -> counts.computeIfAbsent(row.getString(0), _ -> new TreeMap<>())
                        .put(row.getString(1), row.getLong(2)));
        return new RunFigures(
                options.job(),
                options.model(),
                summary.rows(),
                summary.earlier(),
                summary.errors(),
                counts.getOrDefault("finish", Map.of()),
                lengths(counts.getOrDefault("prompt", Map.of())),
                lengths(counts.getOrDefault("answer", Map.of())),
                summary.seconds(),
                moments,
                samples(),
                failures(),
                gold.orElse(null));
    }

    /** A column of the job's. */
    private Column own(String name) {
        return Columns.of(rows, options.outputPrefix() + name);
    }

    private static Column item(String kind, Column key) {
        return functions.struct(
                functions.lit(kind).as("kind"), key.cast(DataTypes.StringType).as("key"));
    }

    private static Map<Integer, Long> lengths(Map<String, Long> counts) {
        Map<Integer, Long> lengths = new TreeMap<>();
        counts.forEach((length, count) -> lengths.put(Integer.valueOf(length), count));
        return lengths;
    }

    private List<Answer> samples() {
        List<Column> answer = switch (options) {
            case GenerateOptions _ -> {
                Column first = functions.get(own("outputs"), functions.lit(0));
                yield List.of(cut(first.getField("text")), first.getField("finish_reason"));
            }
            case LabelOptions _ -> {
                Column most = functions.array_max(
                        functions.transform(own("label_scores"), score -> score.getField("probability")));
                yield List.of(
                        cut(own("label")),
                        functions.concat(functions.lit("probability "), functions.format_number(most, 2)));
            }
        };
        return rows
                .where(error.isNull())
                .select(id, cut(prompt()), answer.getFirst(), answer.getLast())
                .limit(SAMPLES)
                .collectAsList()
                .stream()
                .map(row -> new Answer(row.getString(0), text(row, 1), text(row, 2), text(row, 3)))
                .toList();
    }

    private List<Failure> failures() {
        return rows
                .where(error.isNotNull())
                .select(id, error.getField("code"), cut(error.getField("message")))
                .limit(FAILURES)
                .collectAsList()
                .stream()
                .map(row -> new Failure(row.getString(0), text(row, 1), text(row, 2)))
                .toList();
    }

    /** What was asked, from the input's columns. */
    private Column prompt() {
        return Stream.of(options.promptColumn(), options.messagesColumn())
                .flatMap(column -> Columns.find(rows.schema(), column.name()).stream())
                .map(index -> rows.schema().fields()[index])
                .map(field -> field.dataType().equals(DataTypes.StringType)
                        ? Columns.of(rows, field.name())
                        : functions.to_json(functions.struct(Columns.of(rows, field.name()))))
                .findFirst()
                .orElse(functions.lit(""));
    }

    private static Column cut(Column text) {
        return functions.substring(text, 1, RunFigures.MOST_CHARACTERS);
    }

    private static String text(Row row, int index) {
        return row.isNullAt(index) ? "" : row.getString(index);
    }
}
