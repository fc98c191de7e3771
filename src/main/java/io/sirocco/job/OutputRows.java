package io.sirocco.job;

import static io.sirocco.job.OutputColumns.column;
import static io.sirocco.job.OutputColumns.list;
import static io.sirocco.job.OutputColumns.struct;

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
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The output's rows of generate.
 *
 * @param columns the output's columns
 * @param promptLogprobs whether there is a column for them
 * @param parsed the column of parsed answers, or null
 */
record OutputRows(OutputColumns columns, boolean promptLogprobs, ParsedColumn parsed) implements Serializable {

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

    /**
     * @param idColumn index of the input's id column
     * @throws JobException if the input has a column that is called as one of ours
     */
    static OutputRows of(StructType input, Optional<Integer> idColumn, GenerateOptions options) {
        List<StructField> ours = new ArrayList<>();
        ours.add(column("outputs", OUTPUTS, false));
        ours.add(column("prompt_tokens", DataTypes.IntegerType, false));
        ours.add(column("cached_tokens", DataTypes.IntegerType, false));
        if (options.promptLogprobs()) {
            ours.add(column("prompt_logprobs", DataTypes.createArrayType(DataTypes.DoubleType, true), true));
        }
        ParsedColumn parsed = options.parse()
                ? ParsedColumn.of((Constraint.JsonSchema) options.sampling().constraint())
                : null;
        if (parsed != null) {
            ours.add(column("parsed", parsed.type(), true));
        }
        ours.add(column("error", OutputColumns.ERROR, true));
        ours.add(column("prefill_ms", DataTypes.DoubleType, false));
        ours.add(column("decode_ms", DataTypes.DoubleType, false));
        ours.add(column("fingerprint", DataTypes.StringType, false));
        return new OutputRows(
                OutputColumns.of(input, idColumn, options.outputPrefix(), ours), options.promptLogprobs(), parsed);
    }

    /** The completion as the output has it: with an error if it cannot be parsed. */
    Completion checked(Completion completion) {
        return parsed == null ? completion : parsed.checked(completion);
    }

    /** The output's row for an input's row, whose own columns come first. */
    Row row(Row input, String id, Completion completion, String fingerprint) {
        List<Object> values = columns.begin(input, id);
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
}
