package io.sirocco.job;

import io.sirocco.engine.Completion.Code;
import io.sirocco.engine.InvalidParamsException;
import io.sirocco.engine.SamplingParams;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a row's own sampling options, from a struct or JSON text; what it leaves out or null is as for the job. Keys are the options'
 * words in any spelling: {@code max-tokens}, {@code max_tokens}, {@code maxTokens}.
 *
 * <p>Numbers and truth values are taken from text, too: if one row of a JSON file has {@code "max_tokens": "lots"}, Spark reads the field
 * as text in every row.
 */
final class ParamsReader {

    private static final List<String> KEYS = List.of(
            "max-tokens",
            "min-tokens",
            "temperature",
            "top-p",
            "top-k",
            "min-p",
            "repetition-penalty",
            "presence-penalty",
            "frequency-penalty",
            "n",
            "seed",
            "stop",
            "stop-token-ids",
            "include-stop",
            "ignore-eos",
            "logprobs",
            "choices",
            "regex",
            "json-schema",
            "schema-depth",
            "complete");

    private final String column;
    private final SamplingParams job;

    ParamsReader(String column, SamplingParams job) {
        this.column = column;
        this.job = job;
    }

    /** @param value a plain value of {@link RowValues} */
    SamplingParams read(Object value) throws BadRow {
        Object params = value;
        if (value instanceof String text) {
            try {
                params = text.isBlank() ? null : RowValues.json(text);
            } catch (IllegalArgumentException e) {
                throw new BadRow(Code.INVALID_PARAMS, column + " is " + e.getMessage());
            }
        }
        if (params == null) {
            return job;
        }
        if (!(params instanceof Map<?, ?> fields)) {
            throw new BadRow(Code.INVALID_PARAMS, column + " is not an object; expected options such as max_tokens");
        }
        SamplingParams.Builder own = job.toBuilder();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (field.getValue() != null) {
                set(own, field.getKey().toString(), field.getValue());
            }
        }
        try {
            return own.build();
        } catch (InvalidParamsException e) {
            throw new BadRow(Code.INVALID_PARAMS, e.getMessage());
        }
    }

    private void set(SamplingParams.Builder own, String name, Object value) throws BadRow {
        String key = OptionTable.kebab(name).replace('_', '-');
        try {
            switch (key) {
                case "max-tokens" -> own.maxTokens(number(value).intValueExact());
                case "min-tokens" -> own.minTokens(number(value).intValueExact());
                case "temperature" -> own.temperature(number(value).doubleValue());
                case "top-p" -> own.topP(number(value).doubleValue());
                case "top-k" -> own.topK(number(value).intValueExact());
                case "min-p" -> own.minP(number(value).doubleValue());
                case "repetition-penalty" -> own.repetitionPenalty(number(value).doubleValue());
                case "presence-penalty" -> own.presencePenalty(number(value).doubleValue());
                case "frequency-penalty" -> own.frequencyPenalty(number(value).doubleValue());
                case "n" -> own.n(number(value).intValueExact());
                case "seed" -> own.seed(number(value).longValueExact());
                case "stop" -> own.stop(texts(value));
                case "stop-token-ids" -> own.stopTokenIds(OptionValues.wholeNumbers(list(value)));
                case "include-stop" -> own.includeStop(truth(value));
                case "ignore-eos" -> own.ignoreEos(truth(value));
                case "logprobs" -> own.logprobs(atLeastZero(number(value).intValueExact()));
                case "choices" -> own.choices(texts(value));
                case "regex" -> own.regex(text(value));
                case "json-schema" -> own.jsonSchema(text(value));
                case "schema-depth" -> own.schemaDepth(number(value).intValueExact());
                case "complete" -> own.complete(truth(value));
                default ->
                    throw new BadRow(
                            Code.INVALID_PARAMS,
                            column + "." + name + " is unknown; the nearest is " + Nearest.to(key, KEYS));
            }
        } catch (IllegalArgumentException | ArithmeticException _) {
            throw new BadRow(Code.INVALID_PARAMS, column + "." + name + " is " + value + "; expected " + expected(key));
        }
    }

    private static String expected(String key) {
        return switch (key) {
            case "temperature", "top-p", "min-p", "repetition-penalty", "presence-penalty", "frequency-penalty" ->
                "a number";
            case "stop", "choices" -> "a text or a list of texts";
            case "regex" -> "a text";
            case "json-schema" -> "a JSON schema as text";
            case "stop-token-ids" -> "token ids";
            case "include-stop", "ignore-eos", "complete" -> "true or false";
            case "logprobs" -> "0 to " + SamplingParams.MAX_LOGPROBS;
            default -> "a whole number";
        };
    }

    private static BigDecimal number(Object value) {
        return switch (value) {
            case Long _, Double _ -> new BigDecimal(value.toString());
            case String text -> new BigDecimal(text.strip());
            default -> throw new IllegalArgumentException("not a number");
        };
    }

    private static int atLeastZero(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative");
        }
        return value;
    }

    private static boolean truth(Object value) {
        return switch (value.toString().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("not a text");
    }

    private static List<String> texts(Object value) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(value)) {
            if (!(element instanceof String text)) {
                throw new IllegalArgumentException("not a text");
            }
            texts.add(text);
        }
        return texts;
    }

    /**
     * The value's elements, or itself alone. If some rows of a JSON file have one value and others a list, Spark reads the lists as their
     * JSON text.
     */
    private static List<?> list(Object value) {
        if (value instanceof String text && text.startsWith("[")) {
            try {
                return (List<?>) RowValues.json(text);
            } catch (IllegalArgumentException _) {
                return List.of(text);
            }
        }
        return value instanceof List<?> list ? list : List.of(value);
    }
}
