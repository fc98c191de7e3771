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

    private static final List<String> KEYS =
            List.of("max-tokens", "temperature", "top-p", "top-k", "seed", "stop", "ignore-eos", "logprobs");

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
        SamplingParams read = job;
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            if (field.getValue() != null) {
                read = with(read, field.getKey().toString(), field.getValue());
            }
        }
        return read;
    }

    private SamplingParams with(SamplingParams p, String name, Object value) throws BadRow {
        String key = OptionTable.kebab(name).replace('_', '-');
        SamplingParams.Builder own = p.toBuilder();
        try {
            switch (key) {
                case "max-tokens" -> own.maxTokens(number(value).intValueExact());
                case "temperature" -> own.temperature(number(value).doubleValue());
                case "top-p" -> own.topP(number(value).doubleValue());
                case "top-k" -> own.topK(number(value).intValueExact());
                case "seed" -> own.seed(number(value).longValueExact());
                case "stop" -> own.stop(texts(value));
                case "ignore-eos" -> own.ignoreEos(truth(value));
                case "logprobs" -> own.logprobs(atLeastZero(number(value).intValueExact()));
                default ->
                    throw new BadRow(
                            Code.INVALID_PARAMS,
                            column + "." + name + " is unknown; the nearest is " + Nearest.to(key, KEYS));
            }
            return own.build();
        } catch (InvalidParamsException e) {
            throw new BadRow(Code.INVALID_PARAMS, e.getMessage());
        } catch (IllegalArgumentException | ArithmeticException _) {
            throw new BadRow(Code.INVALID_PARAMS, column + "." + name + " is " + value + "; expected " + expected(key));
        }
    }

    private static String expected(String key) {
        return switch (key) {
            case "temperature", "top-p" -> "a number";
            case "stop" -> "a text or a list of texts";
            case "ignore-eos" -> "true or false";
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

    /** If some rows of a JSON file have one text and others a list, Spark reads the lists as their JSON text. */
    private static List<String> texts(Object value) {
        if (value instanceof String text) {
            if (!text.startsWith("[")) {
                return List.of(text);
            }
            Object parsed;
            try {
                parsed = RowValues.json(text);
            } catch (IllegalArgumentException _) {
                return List.of(text);
            }
            return parsed instanceof List<?> ? texts(parsed) : List.of(text);
        }
        if (value instanceof List<?> list) {
            List<String> texts = new ArrayList<>();
            for (Object element : list) {
                if (!(element instanceof String text)) {
                    throw new IllegalArgumentException("not a text");
                }
                texts.add(text);
            }
            return texts;
        }
        throw new IllegalArgumentException("neither text nor list");
    }
}
