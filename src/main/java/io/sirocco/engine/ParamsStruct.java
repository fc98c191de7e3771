package io.sirocco.engine;

import static io.sirocco.engine.ColumnType.BOOL;
import static io.sirocco.engine.ColumnType.FLOAT64;
import static io.sirocco.engine.ColumnType.INT32;
import static io.sirocco.engine.ColumnType.INT64;
import static io.sirocco.engine.ColumnType.UTF8;
import static io.sirocco.engine.ColumnType.list;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.constraint.Constraint;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Sampling parameters as a struct: one child for each option, under the option's name; null leaves it as it is by default. */
final class ParamsStruct {

    private static final List<Option<?>> OPTIONS = List.of(
            new Option<>("max_tokens", INT32, SamplingParams::maxTokens, SamplingParams.Builder::maxTokens),
            new Option<>("min_tokens", INT32, SamplingParams::minTokens, SamplingParams.Builder::minTokens),
            new Option<>("temperature", FLOAT64, SamplingParams::temperature, SamplingParams.Builder::temperature),
            new Option<>("top_p", FLOAT64, SamplingParams::topP, SamplingParams.Builder::topP),
            new Option<>("top_k", INT32, SamplingParams::topK, SamplingParams.Builder::topK),
            new Option<>("min_p", FLOAT64, SamplingParams::minP, SamplingParams.Builder::minP),
            new Option<>(
                    "repetition_penalty",
                    FLOAT64,
                    SamplingParams::repetitionPenalty,
                    SamplingParams.Builder::repetitionPenalty),
            new Option<>(
                    "presence_penalty",
                    FLOAT64,
                    SamplingParams::presencePenalty,
                    SamplingParams.Builder::presencePenalty),
            new Option<>(
                    "frequency_penalty",
                    FLOAT64,
                    SamplingParams::frequencyPenalty,
                    SamplingParams.Builder::frequencyPenalty),
            new Option<>("n", INT32, SamplingParams::n, SamplingParams.Builder::n),
            new Option<>("seed", INT64, SamplingParams::seed, SamplingParams.Builder::seed),
            new Option<>("stop", list(UTF8.orNull()), SamplingParams::stop, SamplingParams.Builder::stop),
            new Option<>(
                    "stop_token_ids",
                    list(INT32.orNull()),
                    SamplingParams::stopTokenIds,
                    SamplingParams.Builder::stopTokenIds),
            new Option<>("include_stop", BOOL, SamplingParams::includeStop, SamplingParams.Builder::includeStop),
            new Option<>("ignore_eos", BOOL, SamplingParams::ignoreEos, SamplingParams.Builder::ignoreEos),
            new Option<>("logprobs", INT32, SamplingParams::logprobs, SamplingParams.Builder::logprobs),
            new Option<>(
                    "prompt_logprobs", BOOL, SamplingParams::promptLogprobs, SamplingParams.Builder::promptLogprobs),
            new Option<>("choices", list(UTF8.orNull()), ParamsStruct::choices, SamplingParams.Builder::choices),
            new Option<>(
                    "regex",
                    UTF8,
                    params -> params.constraint() instanceof Constraint.Regex(String pattern) ? pattern : null,
                    SamplingParams.Builder::regex),
            new Option<>(
                    "json_schema",
                    UTF8,
                    params -> params.constraint() instanceof Constraint.JsonSchema schema ? schema.schema() : null,
                    SamplingParams.Builder::jsonSchema),
            new Option<>(
                    "schema_depth",
                    INT32,
                    params -> params.constraint() instanceof Constraint.JsonSchema schema ? schema.depth() : null,
                    SamplingParams.Builder::schemaDepth),
            new Option<>("complete", BOOL, SamplingParams::complete, SamplingParams.Builder::complete));

    private static final Columns<SamplingParams> CHILDREN = new Columns<>(
            OPTIONS.stream().<Column<SamplingParams, ?>>map(Option::column).toList());

    private ParamsStruct() {}

    /** No texts are no constraint, whatever the defaults. */
    private static List<String> choices(SamplingParams params) {
        return switch (params.constraint()) {
            case null -> List.of();
            case Constraint.Choices(List<String> texts) -> texts;
            case Constraint.Regex _, Constraint.JsonSchema _ -> null;
        };
    }

    /**
     * The struct's type. Writing sets every option; reading throws {@link InvalidParamsException} or {@link RowException} for a row
     * whose options are not valid.
     */
    static ColumnType<SamplingParams> over(SamplingParams defaults) {
        return ColumnType.struct(CHILDREN, (children, index) -> {
            SamplingParams.Builder own = defaults.toBuilder();
            for (Option<?> option : OPTIONS) {
                option.read(children, index, own);
            }
            return own.build();
        });
    }

    private record Option<T>(Column<SamplingParams, T> column, BiConsumer<SamplingParams.Builder, T> setter) {

        Option(
                String name,
                ColumnType<T> type,
                Function<SamplingParams, T> getter,
                BiConsumer<SamplingParams.Builder, T> setter) {
            this(new Column<>(name, type.orNull(), getter), setter);
        }

        void read(Column.Vectors children, int index, SamplingParams.Builder own) {
            T value = column.get(children, index);
            if (value instanceof List<?> elements && elements.contains(null)) {
                throw new RowException(
                        Code.INVALID_PARAMS,
                        "params." + column.name() + "[" + elements.indexOf(null) + "] is null; expected a value");
            }
            if (value != null) {
                setter.accept(own, value);
            }
        }
    }
}
