package io.sirocco.job;

import io.sirocco.engine.Completion;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.RowError;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.engine.constraint.Constraint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The output's columns: all of the input's, then ours. An id column that is called as ours would be becomes a string where it stands.
 *
 * @param inputColumns number of the input's columns
 * @param idInPlace index of the input's id column that holds our id, or -1 if our id is a column of its own
 * @param promptLogprobs whether there is a column for them
 * @param parsed the column of parsed answers, or null
 * @param errorColumn name of the column that is null in rows without an error
 * @param schema of the output
 */
record OutputRows(
        int inputColumns,
        int idInPlace,
        boolean promptLogprobs,
        ParsedColumn parsed,
        String errorColumn,
        StructType schema)
        implements Serializable {

    private static final DataType ALTERNATIVES = list(
            struct(column("token_id", DataTypes.IntegerType, false), column("logprob", DataTypes.DoubleType, false)));

    private static final DataType LOGPROBS = list(struct(
            column("token_id", DataTypes.IntegerType, false),
            column("logprob", DataTypes.DoubleType, false),
            column("top", ALTERNATIVES, false)));

    private static final DataType OUTPUTS = list(struct(
            column("index", DataTypes.IntegerType, false),
            column("text", DataTypes.StringType, true),
            column("token_ids", list(DataTypes.IntegerType), false),
            column("finish_reason", DataTypes.StringType, false),
            column("stop_reason", DataTypes.StringType, true),
            column("cumulative_logprob", DataTypes.DoubleType, false),
            column("logprobs", LOGPROBS, true)));

    private static final DataType ERROR =
            struct(column("code", DataTypes.StringType, false), column("message", DataTypes.StringType, false));

    /**
     * @param idColumn index of the input's id column
     * @throws JobException if the input has a column that is called as one of ours
     */
    static OutputRows of(StructType input, Optional<Integer> idColumn, GenerateOptions options) {
        String prefix = options.outputPrefix();
        String idName = prefix + "id";
        int idInPlace = idColumn.filter(index -> input.fieldNames()[index].equalsIgnoreCase(idName))
                .orElse(-1);
        List<StructField> columns = new ArrayList<>(List.of(input.fields()));
        if (idInPlace >= 0) {
            columns.set(idInPlace, column(input.fieldNames()[idInPlace], DataTypes.StringType, false));
        } else {
            columns.add(column(idName, DataTypes.StringType, false));
        }
        columns.add(column(prefix + "outputs", OUTPUTS, false));
        columns.add(column(prefix + "prompt_tokens", DataTypes.IntegerType, false));
        columns.add(column(prefix + "cached_tokens", DataTypes.IntegerType, false));
        if (options.promptLogprobs()) {
            columns.add(
                    column(prefix + "prompt_logprobs", DataTypes.createArrayType(DataTypes.DoubleType, true), true));
        }
        ParsedColumn parsed = options.parse()
                ? ParsedColumn.of((Constraint.JsonSchema) options.sampling().constraint())
                : null;
        if (parsed != null) {
            columns.add(column(prefix + "parsed", parsed.type(), true));
        }
        columns.add(column(prefix + "error", ERROR, true));
        columns.add(column(prefix + "prefill_ms", DataTypes.DoubleType, false));
        columns.add(column(prefix + "decode_ms", DataTypes.DoubleType, false));
        columns.add(column(prefix + "fingerprint", DataTypes.StringType, false));
        StructType schema = new StructType(columns.toArray(StructField[]::new));
        for (StructField ours : columns.subList(input.size(), columns.size())) {
            Columns.find(input, ours.name()).ifPresent(index -> {
                throw new JobException("the input's column " + input.fieldNames()[index]
                        + " has the name of an output column; put something before the output's with --output-prefix");
            });
        }
        return new OutputRows(input.size(), idInPlace, options.promptLogprobs(), parsed, prefix + "error", schema);
    }

    /** The column that holds our id. */
    String idColumn() {
        return schema.fieldNames()[idInPlace >= 0 ? idInPlace : inputColumns];
    }

    /** The completion as the output has it: with an error if it cannot be parsed. */
    Completion checked(Completion completion) {
        return parsed == null ? completion : parsed.checked(completion);
    }

    /** The output's row for an input's row, whose own columns come first. */
    Row row(Row input, String id, Completion completion, String fingerprint) {
        List<Object> values = new ArrayList<>(schema.size());
        for (int i = 0; i < inputColumns; i++) {
            values.add(i == idInPlace ? id : input.get(i));
        }
        if (idInPlace < 0) {
            values.add(id);
        }
        values.add(array(completion.outputs().stream().map(OutputRows::output).toList()));
        values.add(completion.promptTokens());
        values.add(completion.cachedTokens());
        if (promptLogprobs) {
            values.add(array(completion.promptLogprobs()));
        }
        if (parsed != null) {
            values.add(parsed.value(completion));
        }
        RowError error = completion.error();
        values.add(error == null ? null : RowFactory.create(error.code().key(), error.message()));
        values.add(completion.prefillMillis());
        values.add(completion.decodeMillis());
        values.add(fingerprint);
        return RowFactory.create(values.toArray());
    }

    private static Row output(Output output) {
        return RowFactory.create(
                output.index(),
                output.text(),
                array(output.tokenIds()),
                output.finishReason().key(),
                output.stopReason(),
                output.cumulativeLogprob(),
                output.logprobs() == null
                        ? null
                        : array(output.logprobs().stream()
                                .map(OutputRows::logprobs)
                                .toList()));
    }

    private static Row logprobs(TokenLogprobs token) {
        return RowFactory.create(
                token.tokenId(),
                token.logprob(),
                array(token.top().stream()
                        .map(other -> RowFactory.create(other.tokenId(), other.logprob()))
                        .toList()));
    }

    private static Object[] array(List<?> list) {
        return list == null ? null : list.toArray();
    }

    private static StructField column(String name, DataType type, boolean nullable) {
        return DataTypes.createStructField(name, type, nullable);
    }

    private static StructType struct(StructField... fields) {
        return DataTypes.createStructType(fields);
    }

    private static ArrayType list(DataType element) {
        return DataTypes.createArrayType(element, false);
    }
}
